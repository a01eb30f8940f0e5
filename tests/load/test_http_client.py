"""The short way of requests is as good as the usual one: cookies, redirects, connections that were closed."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

pytestmark = pytest.mark.stack
ROOT = Path(__file__).resolve().parents[2]


class Handler(BaseHTTPRequestHandler):
    """Sets a cookie, tells the cookie, redirects, and closes without saying so."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer by path."""
        headers = {"/set": ("Set-Cookie", "mark=7; Path=/"), "/away": ("Location", "/cookie")}.get(self.path)
        body = (self.headers.get("Cookie") or "none").encode()
        self.send_response(302 if self.path == "/away" else 404 if self.path == "/missing" else 200)
        if headers:
            self.send_header(*headers)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.path == "/last"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Late(Handler):
    """Refuses; the reason comes in a packet of its own, some time after the head."""

    def do_GET(self) -> None:
        """Send the head, wait, send the body."""
        self.send_response(404)
        self.send_header("Content-Length", "3")
        self.end_headers()
        threading.Event().wait(0.1)
        self.wfile.write(b"why")

    do_POST = do_GET


@contextmanager
def served(handler: type[Handler]) -> Iterator[str]:
    """The URL of a server on loopback."""
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def url() -> Iterator[str]:
    """A server that sets cookies, redirects and closes."""
    with served(Handler) as found:
        yield found


def asked(url: str, *paths: str, method: str = "GET") -> list[list[object]]:
    """Status and body of each answer."""
    command = [sys.executable, "-m", "tests.load.asking", method, url, *paths]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    answers: list[list[object]] = json.loads(done.stdout)
    return answers


def test_cookies_are_kept_and_sent(url: str) -> None:
    """
    Nothing is sent before one is set, and what is set is sent from then on, along redirects too.
    """
    answers = asked(url, "/cookie", "/set", "/cookie", "/away")
    assert [body for _, body in answers] == ["none", "none", "mark=7", "mark=7"]
    assert [status for status, _ in answers] == [200] * 4


def test_a_connection_that_was_closed_is_made_anew(url: str) -> None:
    """
    A server that hangs up between two requests costs nobody a failure; the same address twice is asked twice.
    """
    assert asked(url, "/last", "/last", "/missing", "/last") == [
        [200, "none"],
        [200, "none"],
        [404, "none"],
        [200, "none"],
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_body_of_an_error_is_kept(method: str) -> None:
    """
    What a server says of an error in a packet of its own, after the head, is read by both ways of asking.
    """
    with served(Late) as url:
        assert asked(url, "/missing", "/missing", method=method) == [[404, "why"]] * 2
