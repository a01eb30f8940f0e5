"""`python -m standin.frontend HTTPS_FD HTTP_FD OPS_FD DNS_FD`: all servers on one loop."""

import asyncio
import contextlib
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
import uvloop

from standin import faults
from standin.frontend import tls
from standin.frontend.dns_server import NameServer
from standin.frontend.frontend_settings import FrontendSettings, take
from standin.frontend.operations import Operations
from standin.frontend.site import Redirect, Site
from standin.serve import QUIET


class Server(uvicorn.Server):
    """One of several servers on a loop; `serve` handles signals once for all of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do not capture signals."""
        yield


def _server(app: Any, **options: Any) -> Server:
    return Server(uvicorn.Config(app, http="httptools", lifespan="off", **QUIET, **options))


def servers(settings: FrontendSettings) -> list[Server]:
    """HTTPS, the redirect to it, and operations."""
    contexts = tls.contexts(Path(settings.tls_dir), Path(settings.ca_file))

    def current() -> ssl.SSLContext:
        return next((contexts[name] for name in contexts if name and faults.active(name) is not None), contexts[""])

    site = Site(settings).app()
    return [
        _server(site, ssl_context_factory=lambda *_: tls.choosing(current)),
        _server(Redirect(settings, site)),
        _server(Operations(settings).app()),
    ]


async def serve(settings: FrontendSettings, sockets: list[socket.socket], dns: socket.socket) -> None:
    """Run all servers until a signal arrives."""
    names, _ = await asyncio.get_running_loop().create_datagram_endpoint(NameServer, sock=dns)
    running = servers(settings)

    def leave() -> None:
        for server in running:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, leave)
    await asyncio.gather(*(server.serve([sock]) for server, sock in zip(running, sockets, strict=True)))
    names.close()


def main(fds: list[str]) -> None:
    """Wait for the settings, then serve on the inherited sockets."""
    settings = take(sys.stdin)
    faults.configure(Path(settings.faults_file))
    *sockets, dns = (socket.socket(fileno=int(fd)) for fd in fds)
    uvloop.run(serve(settings, sockets, dns))


if __name__ == "__main__":
    main(sys.argv[1:])
