"""Small asynchronous HTTP requests to the services, without the import time of an HTTP client."""

import asyncio
import json
from typing import Any

from standin.ports import HOST


async def http_get(port: int, path: str, within: float = 3.0) -> tuple[int, bytes]:
    """Status and body of a GET on loopback; status 0 without a complete answer in *within* seconds."""
    try:
        async with asyncio.timeout(within):
            return await _exchange(port, path)
    except (OSError, TimeoutError, EOFError, ValueError, IndexError):
        return 0, b""


async def _exchange(port: int, path: str) -> tuple[int, bytes]:
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        return int(head.split(b" ", 2)[1]), body
    finally:
        writer.close()


async def answers(port: int, path: str) -> bool:
    """Whether GET *path* gets an answer of any status."""
    status, _ = await http_get(port, path)
    return status != 0


async def answers_ok(port: int, path: str) -> bool:
    """Whether GET *path* gets a 200."""
    status, _ = await http_get(port, path)
    return status == 200


async def json_at(port: int, path: str) -> Any:
    """The JSON document at *path*, or None."""
    status, body = await http_get(port, path)
    try:
        return json.loads(body) if status == 200 else None
    except ValueError:
        return None
