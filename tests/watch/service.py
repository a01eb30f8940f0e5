"""A service on a real socket of this machine, with answers set by the test."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.loopback import LoopbackServer

LOGIN = "/api/v1/auth/login"
POOL = "/api/v1/monitoring/database/pool"
ERRORS = "/api/v1/monitoring/errors"
HEALTHY: dict[str, tuple[int, Any]] = {
    "/health": (200, {"status": "healthy", "version": "2.0.0+abc"}),
    "/ready": (200, {"status": "ready"}),
    LOGIN: (200, {"access_token": "t"}),
    POOL: (200, {"pool_size": 20, "max_overflow": 10, "checked_out_connections": 3}),
}


@dataclass
class Service:
    """The answer of each path (status and body), and the received requests (path and Authorization header)."""

    answers: dict[str, tuple[int, Any]] = field(default_factory=lambda: dict(HEALTHY))
    once: dict[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""

    def answer(self, path: str) -> tuple[int, bytes]:
        """Status and body of a path; an entry of *once* is used for its first request only."""
        path = path.partition("?")[0]
        found = self.once.pop(path) if path in self.once else self.answers.get(path)
        status, body = found or (404, {"error": "no such page"})
        return status, body if isinstance(body, bytes) else json.dumps(body).encode()


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """The service on a free port for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Send the answer of the path."""
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.asked.append((self.path, self.headers.get("Authorization")))
            status, body = service.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_DELETE = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with LoopbackServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        service.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield service
        finally:
            server.shutdown()
