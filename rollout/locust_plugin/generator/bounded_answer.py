"""Limit answers in size and redirects to one origin, in geventhttpclient and locust, which limit neither."""

import zlib
from typing import Any

import geventhttpclient.client
from geventhttpclient.response import HTTPSocketPoolResponse
from locust.contrib.fasthttp import FAILURE_EXCEPTIONS, FastRequest, FastResponse

from rollout.values import KIB, LARGEST_ANSWER, as_size

MOST_HEAD_BYTES = 64 * KIB
ENCODINGS = "gzip, deflate"
PACKED = {"gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
RAW_DEFLATE = -zlib.MAX_WBITS


class UnwantedAnswer(ConnectionError):
    """An answer that is too long, in an encoding not requested, or redirected to another origin: the request failed."""


class BoundedResponse(HTTPSocketPoolResponse):
    """Reads a head and a body of limited size; beyond the limit it raises UnwantedAnswer and the connection is closed."""

    _head_bytes = 0
    _reads_head = False

    def _read_headers(self, *arguments: Any) -> None:
        self._reads_head = True
        super()._read_headers(*arguments)
        self._reads_head = False

    def feed(self, data: str | bytes) -> None:
        """Parse received bytes; early hints, and body bytes received together with the head, count as head."""
        if self._reads_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEAD_BYTES:
                raise UnwantedAnswer(f"got more than {as_size(MOST_HEAD_BYTES)} of headers, want less")
        super().feed(data)

    def _on_body(self, buf: bytearray) -> None:
        if len(self._body_buffer) + len(buf) > LARGEST_ANSWER:
            self._body_buffer.clear()
            raise UnwantedAnswer(f"got more than {as_size(LARGEST_ANSWER)}, want less")
        super()._on_body(buf)


class BoundedAnswer(FastResponse):
    """Unpacks a body up to LARGEST_ANSWER bytes."""

    def _content(self) -> bytes:
        self._cached_content = None  # type: ignore[assignment]  # after an error the body is not read again
        if self.headers is None:
            return b""
        packed = str(self.headers.get("content-encoding") or "identity").strip().lower()
        if packed not in (*PACKED, "identity"):
            self.release()
            raise UnwantedAnswer(f"got content-encoding {packed[:20]!r}, want {ENCODINGS} or none")
        body = bytes(self._response.read() if self._response else b"")
        self.release()
        return body if packed == "identity" or not body else unpacked(body, PACKED[packed])


def unpacked(body: bytes, format_: int) -> bytes:
    """*body* unpacked; UnwantedAnswer if it exceeds LARGEST_ANSWER. Some servers send raw deflate data as `deflate`."""
    try:
        found = zlib.decompressobj(format_).decompress(body, LARGEST_ANSWER + 1)
    except zlib.error:
        if format_ != PACKED["deflate"]:
            raise
        found = zlib.decompressobj(RAW_DEFLATE).decompress(body, LARGEST_ANSWER + 1)
    if len(found) > LARGEST_ANSWER:
        raise UnwantedAnswer(f"got more than {as_size(LARGEST_ANSWER)}, want less")
    return found


class OneOriginRequest(FastRequest):
    """A request that follows redirects on its own origin only: it carries credentials in header and body."""

    def redirect(self, code: int, location: str) -> None:
        """Follow a redirect to *location*; UnwantedAnswer if that is another origin."""
        onward = self.url_split.redirect(location)
        if (onward.scheme, onward.host, onward.port) != self.original_origin:
            raise UnwantedAnswer(f"got {code} to another origin, want an answer")
        super().redirect(code, location)


def error_body(_url: str, answer: Any, **_options: object) -> str:
    """
    Read the body of an error, which the library would let go of unread; log nothing of it.

    A body that ends in an error fails the request by that error, and keeps its status.
    """
    try:
        answer.content  # noqa: B018  # it keeps what it has read
    except FAILURE_EXCEPTIONS as broken:
        broken.response = answer  # type: ignore[union-attr]  # where locust looks for it
        raise
    return ""


def bound(agent: Any) -> None:
    """Make locust's *agent* use the classes of this module."""
    agent.response_type = BoundedAnswer
    agent.request_type = OneOriginRequest
    agent._conversation_str = error_body
    vars(geventhttpclient.client)["HTTPSocketPoolResponse"] = (
        BoundedResponse  # the only place where the library creates answers
    )
