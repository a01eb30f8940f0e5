"""Live progress of a review, over its WebSocket."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
from pydantic import SecretStr
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from rollout.bounded_text import json_of
from rollout.target.exchange import Exchange, tell
from rollout.target.http import LateAnswer, NoAnswer, trust
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle
from rollout.target.permission import rate_of
from rollout.target.rate_limit import TOO_MANY, RateLimited, rest_after
from rollout.target.wait import pause
from rollout.values import KIB
from xcodereviewer.models import Id
from xcodereviewer.target import XcrTarget
from xcodereviewer.waiting import LONGER, ReviewProgress

MOST_MESSAGES = 1000
MOST_BYTES = 100 * KIB
ENDS = ("completed", "failed", "cancelled")
Message = dict[str, Any]


class Live:
    """The messages about one review, read with the access token *token*."""

    def __init__(self, target: XcrTarget, task_id: Id, token: SecretStr, timeout_s: float = 10.0) -> None:
        self.target = target
        self.path = f"/api/v1/ws/tasks/{task_id}"
        self.token = token
        self.timeout_s = timeout_s

    def conversation(self, within: float) -> list[Message]:
        """
        Send a ping, then read messages until the review is over; AssertionError after *within* seconds.

        Obstacle if its progress still moved in the last half of them. Listeners of exchanges are told the messages as
        the body of the answer 101.
        """
        began, heard, complaint = time.monotonic(), list[Message](), ""
        progress = ReviewProgress(None)
        try:
            with self.connection() as socket:
                socket.send("ping")
                for message in self.messages(socket, began + within):
                    heard.append(message)
                    progress.note(message.get("progress", progress.last))
        except (WebSocketException, OSError, TimeoutError) as error:
            complaint = f"{type(error).__name__}: {one_line(str(error))}"
            late = isinstance(error, TimeoutError)
            if late and progress.moves:
                raise Obstacle(f"WS {self.path}: a review is still under way after {within:g} s", LONGER) from None
            raise (LateAnswer if late else NoAnswer)(f"WS {self.path}: got {complaint}, want messages") from None
        finally:
            tell(self._exchange(heard, complaint, time.monotonic() - began))
        return heard

    def _exchange(self, heard: list[Message], complaint: str, seconds: float) -> Exchange:
        """The handshake as a request, without its token in the address, and the messages as the body of its answer."""
        upgrade = {"upgrade": "websocket", "authorization": f"Bearer {self.token.get_secret_value()}"}
        request = httpx.Request("GET", self.target.url(self.path), headers=upgrade)
        text = "\n".join(json.dumps(message) for message in heard)
        answer = httpx.Response(101, headers={"content-type": "text/plain"}, content=text.encode(), request=request)
        return Exchange(request, answer if heard else None, complaint or "no message", seconds)

    def connection(self) -> ClientConnection:
        """An open socket; after a 429 it rests as asked and tries once more, RateLimited for a second 429."""
        try:
            return self._asked_for()
        except InvalidStatus as refusal:
            if refusal.response.status_code != TOO_MANY:
                raise
            self._rest(rest_of(refusal))
        try:
            return self._asked_for()
        except InvalidStatus as refusal:
            if refusal.response.status_code != TOO_MANY:
                raise
            raise RateLimited(httpx.URL(self.target.url())) from None

    def _rest(self, seconds: float) -> None:
        """Delay all requests to this target by *seconds*."""
        if rate := rate_of(self.target):
            rate.rest(seconds)
        else:
            pause(seconds)

    def _asked_for(self) -> ClientConnection:
        """Open a socket at the request rate of the target; the token is sent in both forms that a backend may expect."""
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
        """Each message up to the one that ends the review; TimeoutError at *end*, and where the first one is late."""
        for number in range(MOST_MESSAGES):
            if (left := end - time.monotonic()) <= 0:
                raise TimeoutError("no end of the review")
            message = parsed(socket.recv(timeout=left if number else min(left, self.timeout_s)), self.path)
            yield message
            if message["type"] in ENDS or message.get("status") in ENDS:
                return
        raise AssertionError(f"WS {self.path}: got {MOST_MESSAGES} messages, want an end")


def rest_of(refusal: InvalidStatus) -> float:
    """The seconds in the Retry-After of a refused handshake."""
    answer = refusal.response
    return rest_after(httpx.Response(answer.status_code, headers=list(answer.headers.raw_items())))


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
