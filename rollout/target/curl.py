"""A request as a curl command line, without its secrets."""

import base64
import shlex
from collections.abc import Iterator

import httpx

from rollout.target.message import redacted

OWN = ("host", "accept", "accept-encoding", "connection", "user-agent", "content-length", "authorization", "cookie")
LONGEST_BODY = 1_000


def as_curl(request: httpx.Request) -> str:
    """A command line that sends *request* again; $TOKEN stands for an access token, *** for any other secret."""
    return redacted(" ".join(words(request)))


def words(request: httpx.Request) -> Iterator[str]:
    """The words of the command line; a body that is not plain text is piped from base64, a long one replaced by its size."""
    body = content_of(request)
    plain = body.isascii() and body.decode("ascii").isprintable()
    if not plain and len(body) <= LONGEST_BODY:
        yield f"echo {base64.b64encode(body).decode()} | base64 -d |"
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
    """The body of *request*; empty if it was a stream, which is not kept."""
    try:
        return request.content
    except httpx.RequestNotRead:
        return b""
