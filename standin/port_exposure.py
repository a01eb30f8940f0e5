"""Open a service's port on a second address, as a wrong firewall would."""

import asyncio
import contextlib

from standin.errors import StandinError
from standin.ports import HOST

OUTSIDE = "127.0.0.2"  # of this machine; it stands for the network outside
CHUNK = 64 * 1024


class PortExposure:
    """Forwards connections from the second address, port by port."""

    def __init__(self) -> None:
        self._servers: dict[int, asyncio.Server] = {}

    async def open(self, port: int) -> None:
        """Open a port on the second address, if it is not open."""
        if port in self._servers:
            return

        async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await _forward(reader, writer, port)

        try:
            self._servers[port] = await asyncio.start_server(forward, OUTSIDE, port)
        except OSError as error:
            raise StandinError(f"cannot listen on {OUTSIDE}:{port}: {error}") from error

    def close(self, port: int) -> None:
        """Close a port on the second address."""
        if server := self._servers.pop(port, None):
            server.close()


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    with contextlib.closing(writer), contextlib.suppress(OSError):
        inner_reader, inner_writer = await asyncio.open_connection(HOST, port)
        with contextlib.closing(inner_writer):
            both = [asyncio.ensure_future(_pump(*ends)) for ends in ((reader, inner_writer), (inner_reader, writer))]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in both:
                task.cancel()


async def _pump(source: asyncio.StreamReader, goal: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(CHUNK):
            goal.write(chunk)
            await goal.drain()
