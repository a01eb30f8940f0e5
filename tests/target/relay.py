"""A relay before a real backend that spoils the answers of everything but sign-in."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

from tests.loopback import LoopbackServer

PASSED_ON = ("/auth/", "/health", "openapi")
HOP = ("transfer-encoding", "connection", "content-length", "date", "server")
CREATED = ("projects", "tasks", "reports", "comments")


class Relay(BaseHTTPRequestHandler):
    """Relays to the backend at *port*, or answers *spoilt* itself; with *only_reading* it spoils GETs only."""

    protocol_version = "HTTP/1.1"
    port: ClassVar[int]
    spoilt: ClassVar[bytes]
    only_reading: ClassVar[bool]

    def answer(self) -> None:
        """Relay or spoil."""
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        sign_in = any(part in self.path for part in PASSED_ON) and "monitoring" not in self.path
        if sign_in or (self.only_reading and self.command != "GET"):
            self.pass_on(body)
        else:
            self.send(self.likely_status(), [("Content-Type", "application/json")], self.spoilt)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = answer

    def likely_status(self) -> int:
        """The status of a correct backend, so that checks read the body."""
        created = self.command == "POST" and self.path.endswith(CREATED)
        return 201 if created else 204 if self.command == "DELETE" else 200

    def pass_on(self, body: bytes) -> None:
        """Send the backend's own answer."""
        backend = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        backend.request(self.command, self.path, body, kept)
        got = backend.getresponse()
        content = got.read()
        backend.close()
        self.send(got.status, [(n, v) for n, v in got.getheaders() if n.lower() not in HOP], content)

    def send(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        """A whole answer."""
        content = b"" if status == 204 else content
        self.send_response(status)
        for name, value in [*headers, ("Content-Length", str(len(content)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


@contextmanager
def relay(port: int, spoilt: bytes, only_reading: bool) -> Iterator[str]:
    """The address of a relay before the backend at *port*."""
    handler = type("Handler", (Relay,), {"port": port, "spoilt": spoilt, "only_reading": only_reading})
    with LoopbackServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
