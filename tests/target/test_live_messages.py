"""The messages of a WebSocket are told like any answer, so that Allure shows them and a failure names the address."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr
from websockets.sync.server import Server, ServerConnection, serve

from rollout.pytest_plugin.allure_steps import lines, title
from rollout.target.exchange import LISTENERS, Exchange
from rollout.target.http import NoAnswer
from tests.target.allowed import target_at
from xcodereviewer.live import Live

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
HALF, END = '{"type": "progress", "progress": 50}', '{"type": "completed"}'


@contextmanager
def speaking(*messages: str) -> Iterator[str]:
    """The address of a server that sends *messages* to everybody and hangs up."""

    def say(connection: ServerConnection) -> None:
        connection.recv()
        for message in messages:
            connection.send(message)

    server: Server
    with serve(say, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def told() -> Iterator[list[Exchange]]:
    """What a listener hears."""
    heard: list[Exchange] = []
    LISTENERS.append(heard.append)
    yield heard
    LISTENERS.remove(heard.append)


def test_messages_are_the_body_of_the_handshake(told: list[Exchange]) -> None:
    """
    The step has the path, the messages in order and a command without the token.
    """
    with speaking(HALF, END) as address:
        messages = Live(target_at(address), 7, SecretStr(TOKEN)).conversation(within=5)
    (exchange,) = told
    step = "\n".join(lines(exchange))
    assert [message["type"] for message in messages] == ["progress", "completed"]
    assert title(exchange).startswith("GET /api/v1/ws/tasks/7: 101 in ")
    assert f"{HALF}\n{END}" in step
    assert TOKEN not in step


def test_what_was_heard_before_an_early_end_is_told(told: list[Exchange]) -> None:
    """
    A socket that closes before the review ended leaves its messages and its complaint.
    """
    with speaking(HALF) as address, pytest.raises(NoAnswer, match="want messages"):
        Live(target_at(address), 7, SecretStr(TOKEN)).conversation(within=5)
    (exchange,) = told
    assert HALF in "\n".join(lines(exchange))
    assert exchange.complaint.startswith("ConnectionClosed")


def test_a_socket_that_does_not_open_is_a_step_too(told: list[Exchange]) -> None:
    """
    With the reason in its title.
    """
    with pytest.raises(NoAnswer):
        Live(target_at("http://127.0.0.1:9"), 7, SecretStr(TOKEN)).conversation(within=5)
    assert title(told[0]).startswith("GET /api/v1/ws/tasks/7: ConnectionRefusedError")
