"""A request as a curl command line, without its secrets."""

import base64
import shlex
from collections.abc import Iterator
from contextlib import suppress

import httpx

from rollout.target.message import redacted
from rollout.target.secret_keys import HIDDEN

OWN = ("host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "authorization", "cookie")
LONGEST_BODY = 1_000


def as_curl(request: httpx.Request) -> str:
    """A command line that sends *request* again; $TOKEN stands for an access token, *** for any other secret."""
    body = content_of(request)
    plain = body.isascii() and body.decode("ascii").isprintable()
    line = redacted(" ".join(words(request, body, plain)))
    if plain or len(body) > LONGEST_BODY:
        return line
    return f"echo {base64.b64encode(body).decode()} | base64 -d | {line}"


def words(request: httpx.Request, body: bytes, plain: bool) -> Iterator[str]:
    """The words of the command; a body that is not *plain* text comes from its input, a long one is replaced by its size."""
    yield f"curl -X {request.method}"
    if request.headers.get("authorization", "").lower().startswith("bearer "):
        yield '--oauth2-bearer "$TOKEN"'
    for name, value in request.headers.items():
        if name not in OWN:
            yield f"-H {shlex.quote(f'{name}: {value}')}"
    if len(body) > LONGEST_BODY:
        yield f"--data-binary @FILE-OF-{len(body)}-BYTES"
    elif body:
        yield f"--data-raw {shlex.quote(body.decode())}" if plain else "--data-binary @-"
    yield shlex.quote(str(request.url))


def content_of(request: httpx.Request) -> bytes:
    """The body of *request* without its secrets; empty if it was a stream, which is not kept."""
    try:
        return without_secrets(request.content)
    except httpx.RequestNotRead:
        return b""


def without_secrets(body: bytes) -> bytes:
    """*body* without its secrets, which nobody would find in base64."""
    for encoding in ("utf-8", "latin-1"):
        with suppress(UnicodeDecodeError):
            shown = redacted(body.decode(encoding))
            return shown.encode(encoding) if HIDDEN in shown else body  # what shows nothing is a part of the request
    return body
