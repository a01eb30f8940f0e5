"""Ways for a server to misbehave, each the same for every request."""

import asyncio
import gzip
import json

from tests.hostile.server import Mood, Writer, reset, send

PAGE = b"<!doctype html><html><body><h1>502 Bad Gateway</h1><p>nginx</p></body></html>"
MEGABYTE = b"x" * 1_000_000
LONGEST_DRIP_S = 600
MANY_OPERATIONS = {"openapi": "3.1.0", "paths": {f"/api/v1/things{n}": {"get": {}} for n in range(5_000)}}
ROUND_AND_ROUND = {"$ref": "#/paths/~1a"}


def always(status: str, body: bytes = b"", kind: str = "application/json", **more: str) -> Mood:
    """The same answer to everything."""

    async def mood(writer: Writer) -> None:
        await send(writer, status, body, kind, **more)

    return mood


async def reset_after_500(writer: Writer) -> None:
    """A 500, then a reset connection."""
    await send(
        writer, "500 Internal Server Error", b'{"error": {"code": "INTERNAL_SERVER_ERROR"}}', Connection="keep-alive"
    )
    reset(writer)


async def resets(writer: Writer) -> None:
    """No answer, and a reset connection."""
    reset(writer)


async def large(writer: Writer) -> None:
    """A body of 30 MB."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 30000000\r\n\r\n")
    for _ in range(30):
        writer.write(MEGABYTE)
        await writer.drain()


async def drips(writer: Writer) -> None:
    """A body that comes byte by byte."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
    await drip(writer, b"[")


async def drips_headers(writer: Writer) -> None:
    """Headers that come byte by byte."""
    writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    await drip(writer, b"x")


async def informs(writer: Writer) -> None:
    """Early hints without end."""
    await drip(writer, b"HTTP/1.1 103 Early Hints\r\n\r\n", pause_s=0.05)


async def endless_headers(writer: Writer) -> None:
    """Headers without end, as fast as the client reads."""
    writer.write(b"HTTP/1.1 200 OK\r\n")
    await drip(writer, b"X-Long: " + MEGABYTE + b"\r\n", pause_s=0)


async def endless_hints(writer: Writer) -> None:
    """Early hints without end, as fast as the client reads."""
    await drip(writer, b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000, pause_s=0)


async def drip(writer: Writer, piece: bytes, pause_s: float = 0.2) -> None:
    """Send *piece* repeatedly, with pauses of *pause_s* seconds."""
    for _ in range(int(LONGEST_DRIP_S / (pause_s or 0.1))):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause_s)


async def silent(writer: Writer) -> None:
    """No answer; the connection stays open."""
    await asyncio.sleep(LONGEST_DRIP_S)


def elsewhere(address: str) -> Mood:
    """Redirect every request to another server."""
    return always("307 Temporary Redirect", Location=f"{address}/elsewhere")


QUICK: dict[str, Mood] = {
    "missing endpoints": always("404 Not Found", b'{"error": {"code": "NOT_FOUND"}}'),
    "pages": always("200 OK", PAGE, "text/html"),
    "error pages": always("502 Bad Gateway", PAGE, "text/html"),
    "pictures": always("200 OK", b"\x89PNG\r\n\x1a\n\x00\xff", "image/png"),
    "resets after a 500": reset_after_500,
    "resets": resets,
    "30 MB": large,
    "gzip bombs": always("200 OK", gzip.compress(b"0" * 30_000_000), Content_Encoding="gzip"),
    "invalid JSON": always("200 OK", b'{"status": "healthy", '),
    "NaN": always("200 OK", b'{"status": NaN, "version": Infinity, "items": [NaN], "paths": NaN}'),
    "invalid UTF-8": always("200 OK", b'{"status": "\xff\xfe", "version": "\xc3"}'),
    "deep JSON": always("200 OK", b"[" * 200_000 + b"]" * 200_000),
    "lists": always("200 OK", b"[[], 1, null]"),
    "null": always("200 OK", b"null"),
    "objects of lists": always("200 OK", b'{"paths": {"/a": {"get": []}}, "items": {}, "status": [], "data": []}'),
    "no content with a body": always("204 No Content", b'{"status": "healthy"}'),
    "huge headers": always("200 OK", b"{}", X_Large="x" * 1_000_000),
    "not HTTP": lambda writer: asyncio.wait_for(write(writer, b"\x00\x01\x02\xff no protocol\r\n\r\n"), 5),
    "five thousand operations": always("200 OK", json.dumps(MANY_OPERATIONS).encode()),
    "a document in circles": always("200 OK", json.dumps({"paths": {"/a": {"get": ROUND_AND_ROUND}}}).encode()),
}
SLOW: dict[str, Mood] = {
    "dripping bodies": drips,
    "dripping headers": drips_headers,
    "hints": informs,
    "silence": silent,
}


async def write(writer: Writer, content: bytes) -> None:
    """Write *content* and flush."""
    writer.write(content)
    await writer.drain()
