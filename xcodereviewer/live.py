"""Live progress of a review, over its WebSocket."""

import time
from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from rollout.bounded_text import json_of
from rollout.target.http import NoAnswer, trust
from rollout.target.message import one_line
from rollout.target.permission import rate_of
from rollout.values import KIB
from xcodereviewer.models import Id
from xcodereviewer.target import XcrTarget

MOST_MESSAGES = 1000
MOST_BYTES = 100 * KIB
ENDS = ("completed", "failed", "cancelled")
Message = dict[str, Any]


class Live:
    """The messages about one review, read by the person whose *token* is shown."""

    def __init__(self, target: XcrTarget, task_id: Id, token: SecretStr, timeout_s: float = 10.0) -> None:
        self.target = target
        self.path = f"/api/v1/ws/tasks/{task_id}"
        self.token = token
        self.timeout_s = timeout_s

    def conversation(self, within: float) -> list[Message]:
        """Say ping, then listen until the review is over; AssertionError where that takes more than *within* s."""
        try:
            with self.connection() as socket:
                socket.send("ping")
                return list(self.messages(socket, time.monotonic() + within))
        except (WebSocketException, OSError, TimeoutError) as error:
            raise NoAnswer(
                f"WS {self.path}: got {type(error).__name__}: {one_line(str(error))}, want messages"
            ) from None

    def connection(self) -> ClientConnection:
        """An open socket, asked for at the rate of the target; the token goes both ways a backend may expect it."""
        if rate := rate_of(self.target):
            rate.turn()
        token = self.token.get_secret_value()
        url = self.target.url(self.path).replace("http", "ws", 1)
        return connect(
            f"{url}?token={token}",
            additional_headers={"Authorization": f"Bearer {token}"},
            ssl=trust(self.target.ca_file) if url.startswith("wss") else None,
            open_timeout=self.timeout_s,
            close_timeout=1,
            max_size=MOST_BYTES,
            proxy=None,
        )

    def messages(self, socket: ClientConnection, end: float) -> Iterator[Message]:
        """Each message until one says that the review is over."""
        for _ in range(MOST_MESSAGES):
            left = end - time.monotonic()
            assert left > 0, f"WS {self.path}: got no end of the review in time, want one"
            message = parsed(socket.recv(timeout=min(left, self.timeout_s)), self.path)
            yield message
            if message["type"] in ENDS or message.get("status") in ENDS:
                return
        raise AssertionError(f"WS {self.path}: got {MOST_MESSAGES} messages, want an end")


def parsed(text: str | bytes, path: str) -> Message:
    """A message as an object with a type."""
    complaint = f"WS {path}: got {one_line(str(text))!r}, want a message with a type"
    try:
        message = json_of(text)
    except ValueError:
        raise AssertionError(complaint) from None
    if not isinstance(message, dict) or "type" not in message:
        raise AssertionError(complaint)
    return message
