"""A small misbehaving server on loopback, in its own thread."""

import asyncio
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

Writer = asyncio.StreamWriter
Mood = Callable[[Writer], Awaitable[None]]
LONGEST_REQUEST_S = 0.1
RESET = struct.pack("ii", 1, 0)  # linger 0: closing sends a reset
BROKEN = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError)


class HostileServer:
    """A server with the same *mood* for every request; the heads of the requests are kept in *seen*."""

    def __init__(self, mood: Mood) -> None:
        self.mood = mood
        self.seen: list[bytes] = []
        self.port = 0
        self._listening = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._done = asyncio.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self) -> None:
        """Serve until `stop`."""
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        await self._done.wait()
        server.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        """Read one request, misbehave once, and close."""
        with suppress(*BROKEN):
            self.seen.append(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), LONGEST_REQUEST_S))
        with suppress(*BROKEN, asyncio.CancelledError):  # cancelled when the server stops
            await self.mood(writer)
            writer.close()
            await writer.wait_closed()
        writer.transport.abort()

    def start(self, thread: threading.Thread) -> None:
        """Start the thread and wait until the server listens."""
        thread.start()
        assert self._listening.wait(5)

    def stop(self) -> None:
        """End the loop and all open answers."""
        self._loop.call_soon_threadsafe(self._done.set)


@contextmanager
def hostile_server(mood: Mood) -> Iterator[HostileServer]:
    """A server in a *mood* while the block runs."""
    server = HostileServer(mood)
    thread = threading.Thread(target=server.run, daemon=True)
    server.start(thread)
    try:
        yield server
    finally:
        server.stop()
        thread.join(5)


async def send(writer: Writer, status: str, body: bytes = b"", kind: str = "application/json", **more: str) -> None:
    """Send a complete answer with a correct length."""
    headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close", **more}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body)
    await writer.drain()


def reset(writer: Writer) -> None:
    """Reset the connection."""
    line: socket.socket = writer.get_extra_info("socket")
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.close()
