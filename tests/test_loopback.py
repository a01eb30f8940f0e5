"""Clients that hang up are no news; an error of the server itself is."""

import socket
from http.server import BaseHTTPRequestHandler

import pytest

from tests.loopback import LoopbackServer


@pytest.mark.parametrize(
    ("error", "told"), [(BrokenPipeError("gone"), False), (ConnectionResetError("gone"), False), (KeyError("x"), True)]
)
def test_only_errors_of_the_server_itself_are_told(
    error: Exception, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    What is told in two halves, each by another thread, would otherwise stand in what a command says.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """Fail."""
            raise error

    with (
        LoopbackServer(("127.0.0.1", 0), Handler) as server,
        socket.create_connection(("127.0.0.1", server.server_port)) as client,
    ):
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        server.process_request_thread(*server.get_request())
    assert (type(error).__name__ in capsys.readouterr().err) is told
