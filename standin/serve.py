"""`python -m standin.serve APP FD`: wait for the settings, then serve an application factory on an inherited socket."""

import importlib
import socket
import sys
from typing import Any

import uvicorn

from standin import preload

QUIET: dict[str, Any] = {"access_log": False, "log_level": "warning", "server_header": False, "loop": "uvloop"}


def server(app: Any, **options: Any) -> uvicorn.Server:
    """A quiet uvicorn for *app*."""
    return uvicorn.Server(uvicorn.Config(app, http="httptools", **QUIET, **options))


def main(target: str, fd: int) -> None:
    """Serve until a signal. Uvicorn's own --fd is not used: it treats every socket as a UNIX one, without TCP_NODELAY."""
    preload.wait_for_settings(preload.BACKEND)
    serve(target, socket.socket(fileno=fd))


def serve(target: str, sock: socket.socket) -> None:
    """Serve an application factory on a socket until a signal."""
    module, _, factory = target.partition(":")
    app = getattr(importlib.import_module(module), factory)()
    server(app).run(sockets=[sock])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
