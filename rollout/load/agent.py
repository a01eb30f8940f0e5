"""The short way for requests without a body: what goes out is worked out once, cookies are looked at where there are any."""

from functools import lru_cache
from http.cookiejar import CookieJar
from typing import Any

from geventhttpclient.response import HTTPConnectionClosed, HTTPSocketPoolResponse
from geventhttpclient.url import URL
from locust.contrib.fasthttp import FastRequest, FastResponse, LocustUserAgent

MOST_HEADS = 10_000
REPEATABLE = ("GET", "HEAD", "DELETE")  # may be sent again where a server had closed the connection meanwhile


class Cookies(CookieJar):
    """A jar that costs nothing while nobody sets cookies; looking costs a tenth of a request."""

    def add_cookie_header(self, request: Any) -> None:
        """Add what the jar has for the request."""
        if len(self):
            super().add_cookie_header(request)

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Keep what the answer sets."""
        if "set-cookie" in response.headers:
            super().extract_cookies(response, request)


class Request(FastRequest):
    """A request whose address is taken apart only once."""

    def set_url(self, url: Any, params: Any = None) -> None:
        """The same as the library does."""
        if isinstance(url, str) and params is None:
            self.url = url
            self.url_split, self.type, self.host, self.selector = parts(url)
        else:
            super().set_url(url, params)


class Agent(LocustUserAgent):
    """Locust's agent, which builds the head of each request only once; requests with a body go its usual way."""

    request_type = Request

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._heads: dict[tuple[Any, ...], tuple[str, bytes]] = {}

    def _urlopen(self, request: Any) -> FastResponse:
        """The answer to one request; errors are those of the library."""
        if request.payload or request.method not in REPEATABLE:
            return self._usual(request)
        client = self.clientpool.get_client(request.url_split)
        text, head = self._head(client, request)
        pool = client._connection_pool
        sock = pool.get_socket()
        try:
            sock.sendall(head)
        except OSError:
            pool.release_socket(sock)
            return self._usual(request)
        try:
            answer = HTTPSocketPoolResponse(
                sock, pool, block_size=client.block_size, method=request.method, headers_type=client.headers_type
            )
        except HTTPConnectionClosed:
            return self._usual(request)
        answer._sent_request = text
        return self.response_type(answer, request=request, sent_request=text)

    def _usual(self, request: Any) -> FastResponse:
        """The answer as locust's own agent gets it."""
        answer: FastResponse = super()._urlopen(request)  # type: ignore[no-untyped-call]
        return answer

    def _head(self, client: Any, request: Any) -> tuple[str, bytes]:
        """What goes out, as text and as bytes."""
        key = (request.method, request.url, *request.headers.items())
        found = self._heads.get(key)
        if found is None:
            text = client._build_request(request.method, request.url_split.quoted_uri, headers=request.headers)
            if len(self._heads) >= MOST_HEADS:
                self._heads.clear()
            found = self._heads[key] = (text, text.encode("latin-1"))
        return found


@lru_cache(maxsize=MOST_HEADS)
def parts(url: str) -> tuple[URL, str, str, str]:
    """An address, its scheme, network location and the rest."""
    split = URL(url)
    return split, split.scheme, split.netloc, split.request_uri or "/"
