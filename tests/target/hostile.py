"""A small server that answers like a broken or hostile backend."""

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

from tests.loopback import LoopbackServer

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
PROJECT = {"id": 1, "name": "p", "source_type": "local", "status": "active", "owner_id": 1}


BOMB = gzip.compress(b"\0" * 30_000_000, compresslevel=1)


class Hostile(BaseHTTPRequestHandler):
    """Each path is one way to misbehave; the requests are kept in *seen*."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    seen: ClassVar[list[tuple[str, str, str | None]]]
    elsewhere: ClassVar[str]

    def do_GET(self) -> None:
        """Misbehave in the way of the path."""
        self.seen.append((self.command, self.path, self.headers.get("Authorization")))
        if "content-length" in self.headers:
            self.rfile.read(int(self.headers["content-length"]))
        path = self.path.partition("?")[0]
        behave = getattr(self, path.strip("/").replace("/", "_").replace("-", "_") or "json", self.missing)
        behave()

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""

    def answer(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """Send a complete answer."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def missing(self) -> None:
        self.answer(404, b'{"error": {"code": "NOT_FOUND"}}')

    def json(self) -> None:
        self.answer(200, json.dumps({"items": [PROJECT], "total": 1, "page": 1, "page_size": 20}).encode())

    def page(self) -> None:
        self.answer(200, PAGE, "text/html")

    def bad_gateway(self) -> None:
        self.answer(502, PAGE, "text/html")

    def wrong_kind(self) -> None:
        self.answer(200, b"\x89PNG\x00\xff", "image/png")

    def wrong_shape(self) -> None:
        self.answer(200, b'{"id": "one", "name": null}')

    def leaks(self) -> None:
        self.answer(400, json.dumps({"access_token": TOKEN, "password": "hunter2", "why": "no"}).encode())

    def reset(self) -> None:
        """A 500, then a closed connection without a header about it."""
        self.answer(500, b'{"error": {"code": "INTERNAL_SERVER_ERROR"}}')
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.close_connection = True

    def closed(self) -> None:
        """No answer at all."""
        self.close_connection = True

    def half(self) -> None:
        """The connection ends in the middle of the body."""
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")
        self.close_connection = True

    def nonsense(self) -> None:
        """Not HTTP."""
        self.wfile.write(b"\x00\x01\x02 no protocol\r\n\r\n")
        self.close_connection = True

    def large(self) -> None:
        """30 MB without a length."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for _ in range(30):
                self.wfile.write(b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n")
        except OSError:
            self.close_connection = True
            return
        self.wfile.write(b"0\r\n\r\n")

    def bomb(self) -> None:
        """30 KB that unpack to 30 MB."""
        self.answer(200, BOMB, Content_Encoding="gzip")

    def bomb_in_bomb(self) -> None:
        self.answer(200, gzip.compress(BOMB), Content_Encoding="gzip, gzip")

    def broken_gzip(self) -> None:
        self.answer(200, b"not gzip at all", Content_Encoding="gzip")

    def packed(self) -> None:
        self.answer(200, gzip.compress(b'{"packed": true}'), Content_Encoding="gzip")

    def away(self) -> None:
        self.answer(307, b"", Location=f"{self.elsewhere}/json")

    def onward(self) -> None:
        self.answer(307, b"", Location="/json")

    def round(self) -> None:
        self.answer(302, b"", Location="/round")

    def nowhere(self) -> None:
        self.answer(302, b"", Location="http://[not an address/")

    def busy(self) -> None:
        """A 429 to the first request."""
        asked = sum(path == self.path for _, path, _ in self.seen)
        self.answer(429 if asked == 1 else 200, b"{}", Retry_After="1")

    def full(self) -> None:
        """A 429 to every request."""
        self.answer(429, b"{}", Retry_After="1")

    def api_v1_auth_login(self) -> None:
        self.answer(200, json.dumps({"access_token": TOKEN, "refresh_token": TOKEN, "token_type": "bearer"}).encode())

    api_v1_projects = json
    api_v1_busy = busy
    api_v1_full = full
    api_v1_ws_tasks_1 = busy
    api_v1_ws_tasks_2 = full


@contextmanager
def hostile(elsewhere: str = "http://127.0.0.1:9") -> Iterator[tuple[str, list[tuple[str, str, str | None]]]]:
    """The address of such a server, and its received requests."""
    seen: list[tuple[str, str, str | None]] = []
    handler = type("Handler", (Hostile,), {"seen": seen, "elsewhere": elsewhere})
    with LoopbackServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.002,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()
