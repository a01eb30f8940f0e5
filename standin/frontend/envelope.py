"""Sentry's envelope format: a header line, then for each item a header line and its payload."""

import gzip
import importlib
import json
from collections.abc import Iterator
from typing import Any


def decoded(body: bytes, encoding: str) -> bytes:
    """The envelope without its content coding: clients use brotli if it is installed."""
    match encoding:
        case "":
            return body
        case "gzip":
            return gzip.decompress(body)
        case "br":
            return _unbrotli(body)
    raise ValueError(f"no such content encoding: {encoding!r}")


def _unbrotli(body: bytes) -> bytes:
    try:
        brotli = importlib.import_module("brotli")
    except ImportError as error:
        raise ValueError("brotli is not installed here") from error
    try:
        return bytes(brotli.decompress(body))
    except brotli.error as error:
        raise ValueError(f"not brotli: {error}") from error


def event_id(envelope: bytes) -> str | None:
    """The identifier in the envelope's header."""
    found = json.loads(envelope.partition(b"\n")[0]).get("event_id")
    return found if isinstance(found, str) else None


def events(envelope: bytes) -> Iterator[dict[str, Any]]:
    """The error events of an envelope; sessions, transactions and client reports are skipped."""
    _, _, rest = envelope.partition(b"\n")
    while rest.strip():
        head, _, rest = rest.partition(b"\n")
        item = json.loads(head)
        payload, rest = _split(rest, item.get("length"))
        if item.get("type") == "event":
            yield json.loads(payload)


def _split(rest: bytes, length: int | None) -> tuple[bytes, bytes]:
    """The payload and the rest; without a length the payload ends with its line."""
    if length is None:
        payload, _, rest = rest.partition(b"\n")
        return payload, rest
    if not 0 <= length <= len(rest):
        raise ValueError(f"a payload of {length} bytes, where {len(rest)} are left")
    return rest[:length], rest[length:].removeprefix(b"\n")
