"""The messages of a WebSocket are told like any answer, so that Allure shows them and a failure names the address."""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest
from pydantic import SecretStr
from websockets.sync.server import Server, ServerConnection, serve

from rollout.pytest_plugin.allure_steps import lines, title
from rollout.target.exchange import LISTENERS, Exchange
from rollout.target.http import LateAnswer, NoAnswer
from rollout.target.obstacle import Obstacle
from tests.target.allowed import target_at
from xcodereviewer.live import Live

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
HALF, END = '{"type": "progress", "progress": 50}', '{"type": "completed"}'


@contextmanager
def speaking(*messages: str, pause_s: float = 0.0) -> Iterator[str]:
    """The address of a server that sends *messages* to everybody, each after *pause_s* seconds, and hangs up."""

    def say(connection: ServerConnection) -> None:
        connection.recv()
        for message in messages:
            if gone.wait(pause_s):
                return
            connection.send(message)

    gone = threading.Event()

    server: Server
    with serve(say, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        finally:
            gone.set()
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


@pytest.mark.parametrize(
    ("progress", "kind"),
    [
        pytest.param(range(0, 100, 5), Obstacle, id="it moves to the end"),
        pytest.param([0] * 20, LateAnswer, id="it never moves"),
    ],
)
def test_a_review_that_is_under_way_is_no_silence(progress: Iterable[int], kind: type[AssertionError]) -> None:
    """
    How long a review takes there the target's file says.
    """
    messages = [json.dumps({"type": "progress", "progress": percent}) for percent in progress]
    with speaking(*messages, pause_s=0.1) as address, pytest.raises(kind):
        Live(target_at(address), 7, SecretStr(TOKEN)).conversation(within=1)


def test_only_the_first_message_has_a_limit_of_its_own() -> None:
    """
    An analysis may say nothing for a while.
    """
    with speaking(END, pause_s=0.4) as address, pytest.raises(NoAnswer):
        Live(target_at(address), 7, SecretStr(TOKEN), timeout_s=0.1).conversation(within=5)
    with speaking(HALF, END, pause_s=0.4) as address:
        assert Live(target_at(address), 7, SecretStr(TOKEN), timeout_s=2).conversation(within=5)
