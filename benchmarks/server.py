"""A server whose behaviour is known exactly: python -m benchmarks.server --latency-ms 20 --stall 20,2."""

import argparse
import asyncio
import json
import random
from dataclasses import dataclass, field
from time import monotonic, time

GOOD = b'{"ok": true}'
BAD = b'{"ok": false, "error": "it went wrong"}'


@dataclass
class Behaviour:
    """
    The behaviour of the server.

    *p95_ms* makes latencies uniform so that exactly 5 % are slower than it; *latency_ms* makes them constant. Every
    *stall_every_s* the whole server stands still for *stall_s*. *failing* is the share of 500s, *lying* of 200s with
    an error in the body. After *gone_after_s* nothing listens any more.
    """

    latency_ms: float = 0.0
    p95_ms: float | None = None
    stall_every_s: float = 0.0
    stall_s: float = 0.0
    failing: float = 0.0
    lying: float = 0.0
    seed: int = 1
    began: float = field(default_factory=monotonic)
    served: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def answer(self) -> tuple[float, int, bytes]:
        """Seconds to wait, status and body of the next answer."""
        draw = self._random.random()
        latency_ms = (
            self.latency_ms if self.p95_ms is None else self.p95_ms * (0.4 + 0.6 * self._random.random() / 0.95)
        )
        status = 500 if draw < self.failing else 200
        body = BAD if draw < self.failing + self.lying else GOOD
        return self.stalled() + latency_ms / 1000, status, body

    def stalled(self) -> float:
        """Seconds until the end of the current stall; 0 if there is none."""
        if not self.stall_every_s:
            return 0.0
        into = (monotonic() - self.began) % self.stall_every_s
        return max(0.0, into - (self.stall_every_s - self.stall_s)) and self.stall_every_s - into


class Connection(asyncio.Protocol):
    """One client; requests with bodies are read by their Content-Length."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            length = content_length(head)
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            if head.startswith(b"GET /served "):
                self.reply(200, json.dumps({"served": self.behaviour.served}).encode())
                continue
            self.behaviour.served += 1
            wait_s, status, body = self.behaviour.answer()
            if wait_s:
                asyncio.get_running_loop().call_later(wait_s, self.reply, status, body)
            else:
                self.reply(status, body)

    def reply(self, status: int, body: bytes) -> None:
        """Send one answer, unless the client has closed the connection."""
        if isinstance(self.transport, asyncio.WriteTransport) and not self.transport.is_closing():
            head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            self.transport.write(head.encode() + body)


def content_length(head: bytes) -> int:
    """The length of the body that follows *head*."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def serve(behaviour: Behaviour, port: int, gone_after_s: float) -> None:
    """Listen, print the URL as one JSON line, and answer until a signal or *gone_after_s*."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(behaviour), "127.0.0.1", port)
    began = time() - (monotonic() - behaviour.began)
    print(json.dumps({"url": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "began": began}), flush=True)
    async with server:
        await asyncio.wait_for(server.serve_forever(), gone_after_s or None)


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="benchmarks.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--p95-ms", type=float)
    parser.add_argument("--stall", default="0,0", help="every,for in seconds")
    parser.add_argument("--failing", type=float, default=0.0)
    parser.add_argument("--lying", type=float, default=0.0)
    parser.add_argument("--gone-after", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    every, length = (float(part) for part in options.stall.split(","))
    behaviour = Behaviour(
        latency_ms=options.latency_ms,
        p95_ms=options.p95_ms,
        stall_every_s=every,
        stall_s=length,
        failing=options.failing,
        lying=options.lying,
        seed=options.seed,
    )
    try:
        asyncio.run(serve(behaviour, options.port, options.gone_after))
    except (KeyboardInterrupt, TimeoutError):
        return


if __name__ == "__main__":
    main()
