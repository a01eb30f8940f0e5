"""The HTTP client of checks: answers limited in time and size, no redirect to another host, each error in one line."""

import re
import ssl
import time
import zlib
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from rollout.target.answer import Answer, asked
from rollout.target.deadline import Deadline, TimeBudget, TooLate
from rollout.target.exchange import Exchange, tell
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle
from rollout.target.permission import AS_IT_COMES, Guard, ReadOnly
from rollout.target.rate_limit import TOO_MANY, RateLimited, rest_after
from rollout.target.settings import Target
from rollout.target.wait import pause
from rollout.values import LARGEST_ANSWER, as_size

TIME_BUDGET = TimeBudget(most_s=30.0, least_s=3.0, total_s=60.0)
MOST_REDIRECTS = 3
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
READABLE = ("", "identity", "gzip")
GZIP = 16 + zlib.MAX_WBITS
MOST_BYTES_OF = "rollout.most_bytes"
UNTRUSTED = re.compile(
    r"certificate verify failed: (self.signed certificate|unable to get (local )?issuer certificate)"
)
UNTRUSTED_WAY_OUT = "set `ca_file` in the file of the target if its certificate has an authority of its own"


class ForeignAddress(Obstacle):
    """A request to another origin was not sent: it would carry credentials, and its answer is no evidence about the target."""


class UntrustedHere(Obstacle):
    """No authority that this machine knows vouches for the certificate, and no `ca_file` is set."""

    def __init__(self, request: httpx.Request) -> None:
        place = f"{request.url.scheme}://{request.url.netloc.decode()}"
        super().__init__(f"{place}: this machine trusts no authority of its certificate", UNTRUSTED_WAY_OUT)


class LinkDown(Obstacle):
    """This machine's own link was down when no answer came: that says nothing about the target."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"this machine's link is down: {fault}", "run the checks again when its link is up")


class NoAnswer(AssertionError):
    """The target gave no complete HTTP answer; whether it carried the request out is unknown."""


class LateAnswer(NoAnswer, TooLate):
    """The target gave no complete answer in time."""


def at_most(size: int) -> dict[str, Any]:
    """Request *extensions* that allow a body of *size* bytes."""
    return {MOST_BYTES_OF: size}


@lru_cache
def trust(ca_file: Path | None) -> ssl.SSLContext:
    """A TLS context that trusts the public authorities, or those in *ca_file*."""
    return ssl.create_default_context(cafile=ca_file)


class Client(httpx.Client):
    """
    An httpx client that reads every answer completely, within limits of time and size.

    Errors of httpx become NoAnswer, LinkDown while this machine's own link is down, or UntrustedHere for a chain that
    only a `ca_file` can make trusted; a body beyond the limit becomes an AssertionError. Requests and redirects stay on
    the origin of *base_url*. *budget* limits the wait for an answer (default: TIME_BUDGET of the process); a client with
    its own one takes every outcome as it comes. *guard* admits every request and redirect by permission and rate. After
    a 5xx the next request gets a new connection, since the server may have closed the old one.
    """

    def __init__(
        self,
        base_url: str,
        ca_file: Path | None = None,
        budget: TimeBudget | None = None,
        guard: ReadOnly | None = None,
    ) -> None:
        self._budget = budget
        self._own_authority = ca_file is not None
        self._guard = guard or ReadOnly()
        self._wire = httpx.HTTPTransport(verify=trust(ca_file))
        self._deadline = Deadline()
        headers = {"Accept-Encoding": "gzip", "User-Agent": "rollout"}
        super().__init__(
            base_url=base_url, transport=self._wire, timeout=TIMEOUT, trust_env=False, headers=headers, cookies=None
        )

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:
        """A request below the base URL; ForeignAddress for a path that does not begin with one slash (`//x` is a host)."""
        path = str(url)
        if not re.match(r"/(?!/)|https?://", path):
            raise ForeignAddress(f"{method} {one_line(path)}: not sent, want a path that begins with one /")
        return super().build_request(method, url, **options)

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        """
        The answer to *request*; after a 429 the answer to a second sending after the rest that it asks for.

        RateLimited for a 429 that stands: a second one, or one whose rest is too long. A client with its own *budget*,
        and a request marked `as_it_comes`, takes the 429.
        """
        answer = self._followed(request, options)
        if answer.status_code != TOO_MANY or request.extensions.get(AS_IT_COMES):
            return answer
        if (rest_s := rest_after(answer)) and self._guard.rate:
            self._guard.rate.rest(rest_s)
        if self._budget is not None:
            return answer
        return self._after_rest(request, options, rest_s)

    def _after_rest(self, request: httpx.Request, options: dict[str, Any], rest_s: float) -> httpx.Response:
        """The answer to a second sending after *rest_s* seconds; RateLimited if it is a 429 too, or there is no rest."""
        if not rest_s:
            raise RateLimited(request.url)
        if not self._guard.rate:
            pause(rest_s)
        answer = self._followed(request, options)
        if answer.status_code == TOO_MANY:
            raise RateLimited(request.url)
        return answer

    def _followed(self, request: httpx.Request, options: dict[str, Any]) -> httpx.Response:
        """The answer to *request*, or to its redirect on the same origin."""
        if origin(request.url) != origin(self.base_url):
            raise ForeignAddress(f"{asked(request)}: not sent, want an address at {self.base_url.host}")
        answer, onward = self._answer(request, options)
        for _ in range(MOST_REDIRECTS):
            if onward is None or origin(onward.url) != origin(request.url):
                break
            answer, onward = self._answer(onward, options)
        return answer

    def _answer(self, request: httpx.Request, options: dict[str, Any]) -> tuple[Answer, httpx.Request | None]:
        self._guard.admit(request)
        budget = self._budget or TIME_BUDGET
        began, most_s, complaint, kind = time.monotonic(), budget.seconds, "", NoAnswer
        request.extensions = {**request.extensions, "trace": self._deadline.watch}
        whole_only = {**options, "stream": True, "follow_redirects": False}
        try:
            with self._deadline.after(most_s), closing(super().send(request, **whole_only)) as response:
                body = bounded(response)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            complaint, kind = named(error), LateAnswer if isinstance(error, httpx.TimeoutException) else NoAnswer
        if (took_s := time.monotonic() - began) >= most_s:
            complaint, kind = f"no end of the answer in {most_s:g} s", LateAnswer
        if complaint:
            budget.spent_s += took_s
            tell(Exchange(request, None, complaint, took_s))
            if UNTRUSTED.search(complaint) and not self._own_authority:
                raise UntrustedHere(request)
            if self._budget is None and (fault := self._guard.link_fault()):
                raise LinkDown(fault)
            raise kind(f"{asked(request)}: got {complaint}, want an answer")
        if response.is_server_error:
            self._wire.close()
        answer = whole(response, body, took_s)
        tell(Exchange(request, answer, "", took_s))
        return answer, response.next_request


def client_to(target: Target, budget: TimeBudget | None = None) -> Client:
    """A client of *target* that sends only what the target allows."""
    return Client(target.url(), target.ca_file, budget, Guard(target))


def client_at(target: Target, url: str) -> Client:
    """A client of another address of *target*, within the same permission and request rate."""
    return Client(url, target.ca_file, guard=Guard(target))


def bounded(response: httpx.Response) -> bytes:
    """The body, unpacked; AssertionError if it is too long, or in an encoding not requested."""
    request, body = response.request, bytearray()
    packed = response.headers.get("content-encoding", "").strip().lower()
    if packed not in READABLE:
        raise AssertionError(f"{asked(request)}: got content-encoding {one_line(packed)!r}, want gzip or none")
    most = request.extensions.get(MOST_BYTES_OF, LARGEST_ANSWER)
    unpacker = zlib.decompressobj(GZIP) if packed == "gzip" else None
    for chunk in response.iter_raw():
        body += unpacked(unpacker, chunk, most + 1 - len(body)) if unpacker else chunk
        if len(body) > most:
            body.clear()  # a kept exception keeps this frame, and with it the body
            raise AssertionError(f"{asked(request)}: got more than {as_size(most)}, want less")
    return bytes(body)


def unpacked(unpacker: "zlib._Decompress", chunk: bytes, most: int) -> bytes:
    """At most *most* bytes of the unpacked *chunk*: a packed bomb is a thousand times smaller."""
    try:
        return unpacker.decompress(chunk, most)
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from None


def whole(response: httpx.Response, body: bytes, seconds: float) -> Answer:
    """The complete answer, with its body unpacked."""
    kept: Iterable[tuple[str, str]] = (
        (name, value) for name, value in response.headers.multi_items() if name != "content-encoding"
    )
    headers = httpx.Headers(list(kept))
    answer = Answer(response.status_code, headers=headers, content=body, request=response.request)
    answer.elapsed = timedelta(seconds=seconds)
    return answer


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port; credentials are sent only if all three are equal."""
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)


def named(error: Exception) -> str:
    """An error of the connection in one line."""
    return f"{type(error).__name__}: {one_line(str(error))}"


def bearer(token: SecretStr | None) -> dict[str, str]:
    """The Authorization header with *token*; empty without a token."""
    return {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
