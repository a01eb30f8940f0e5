"""The HTTP client of load users: notes each sending in its arrival, and has a short path for plain reads."""

from http.cookiejar import CookieJar
from time import perf_counter, time
from typing import Any, NamedTuple

import gevent
from geventhttpclient.client import HTTPClient
from geventhttpclient.response import HTTPConnectionClosed
from locust.contrib.fasthttp import (
    FAILURE_EXCEPTIONS,
    ErrorResponse,
    FastHttpSession,
    FastRequest,
    LocustBadStatusCode,
    ResponseContextManager,
)

from rollout.locust_plugin.generator.bounded_answer import ENCODINGS, BoundedAnswer, BoundedResponse, bound
from rollout.locust_plugin.generator.greenlet_pool import current_arrival

MOST_HEADS = 200
PLAIN = frozenset(("catch_response", "headers"))  # options with which a read may take the short path
ANSWER_S = (
    10.0  # s, from the first byte sent to the last one received; timeouts of single reads do not end a dripping answer
)


class Cookies(CookieJar):
    """A cookie jar with a flag whether it is empty; the library's own test costs a tenth of a request."""

    empty = True

    def set_cookie(self, cookie: Any) -> None:
        """Keep a cookie."""
        self.empty = False
        super().set_cookie(cookie)

    def add_cookie_header(self, request: Any) -> None:
        """Add the jar's cookies for the request."""
        if not self.empty:
            super().add_cookie_header(request)

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Keep the cookies that the answer sets."""
        if "set-cookie" in response.headers:
            super().extract_cookies(response, request)


class Head(NamedTuple):
    """The bytes of a request, computed once."""

    request: FastRequest
    client: HTTPClient
    text: str
    data: bytes


class LoadClient(FastHttpSession):
    """
    A FastHttpSession that measures requests inside an arrival from the moment they were due.

    A GET without cookies reuses the bytes of its last sending (the short path). If its answer is special (a redirect, a
    closed connection), the library sends it once more. An answer beyond the limits of time or size fails the request,
    and so does a redirect to another origin.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cookiejar = self.client.cookiejar = self._cookies = Cookies()
        self._heads: dict[tuple[object, ...], Head] = {}
        bound(self.client)

    def request(self, method: str, url: str, name: str | None = None, **options: Any) -> ResponseContextManager:  # type: ignore[override]  # the same arguments, most of them passed through
        if not url.startswith("/"):
            raise ValueError(f"{url!r} is no path; users ask the target alone")
        arrival = current_arrival()
        if arrival:
            arrival.send(name or url)
        with gevent.Timeout(ANSWER_S, TimeoutError(f"no end of the answer in {ANSWER_S:g} s")):
            return self._asked(arrival, method, url, name, options)

    def _asked(
        self, arrival: Any, method: str, url: str, name: str | None, options: dict[str, Any]
    ) -> ResponseContextManager:
        """The answer, by the short path where possible."""
        if method == "GET" and self._cookies.empty and options.keys() <= PLAIN and not self.request_name:
            answer = self._read(url, name or url, **options)
            if answer is not None:
                return answer
            if arrival:
                arrival.sent = perf_counter()  # the time of the short path belongs to the latency
        options["headers"] = {"Accept-Encoding": ENCODINGS, **(options.get("headers") or {})}
        return super().request(method, url, name=name, **options)

    def _read(
        self, url: str, name: str, catch_response: bool = False, headers: dict[str, str] | None = None
    ) -> ResponseContextManager | None:
        """The answer to a GET, reported as locust does; None if the library has to send it."""
        head = self._head(url, headers or {})
        start_time, began = time(), perf_counter()
        answer = self._exchange(head)
        if answer is None:
            return None
        error: BaseException | None = getattr(answer, "error", None)
        length = 0
        try:
            length = len(answer.content or b"")
        except FAILURE_EXCEPTIONS as broken:
            answer.error = error = broken
        found: dict[str, Any] = {
            "request_type": "GET",
            "name": name,
            "context": self.user.context() if self.user else {},
            "response": answer,
            "exception": error,
            "start_time": start_time,
            "url": head.request.url,
            "response_length": length,
            "response_time": (perf_counter() - began) * 1000,
        }
        if catch_response:
            return ResponseContextManager(answer, self.request_event, found, catch_response)
        self.request_event.fire(**found)
        return answer  # type: ignore[no-any-return]  # the bare answer, as locust's

    def _exchange(self, head: Head) -> Any:
        """Send and receive: a FastResponse, or None if the library has to send it again."""
        pool = head.client._connection_pool
        try:
            sock = pool.get_socket()
        except FAILURE_EXCEPTIONS as error:
            return ErrorResponse(head.request, error)
        try:
            sent = sock.send(head.data)
            if sent < len(head.data):
                sock.sendall(head.data[sent:])
        except OSError:
            pool.release_socket(sock)
            return None
        try:
            raw = BoundedResponse(sock, pool, block_size=head.client.block_size)
        except HTTPConnectionClosed:
            return None
        except FAILURE_EXCEPTIONS as error:
            return ErrorResponse(head.request, error)
        raw._sent_request = head.text
        answer: Any = BoundedAnswer(raw, head.request, head.text)
        self._cookies.extract_cookies(answer, head.request)
        code = raw.get_code()
        if code in self.client.redirect_response_codes:
            answer.release()
            return None
        if code not in self.client.valid_response_codes:
            answer.error = LocustBadStatusCode(head.request.url, code=code)
        return answer

    def _head(self, url: str, headers: dict[str, str]) -> Head:
        """The request head for *url*, cached."""
        key = (url, self.auth_header, *headers.items())
        found = self._heads.get(key)
        if found is None:
            if len(self._heads) >= MOST_HEADS:
                self._heads.clear()
            found = self._heads[key] = self._written(url, headers)
        return found

    def _written(self, url: str, headers: dict[str, str]) -> Head:
        """A request head equal to the library's own."""
        own = {"Authorization": self.auth_header} if self.auth_header else {}
        merged = self.client.default_headers.copy()
        merged.update({**headers, **own})
        merged.setdefault("Accept-Encoding", ENCODINGS)
        request: Any = self.client._make_request(self._build_url(url), method="GET", headers=merged)
        client = self.client.clientpool.get_client(request.url_split)
        text = client._build_request("GET", request.url_split.quoted_uri, headers=request.headers)
        return Head(request, client, text, text.encode("latin-1"))
