"""Is somebody who asks too much held off, and served again afterwards?"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest

from rollout.target import Action
from rollout.target.answer import expect
from rollout.target.http import Client
from rollout.target.obstacle import Obstacle
from rollout.target.permission import purpose
from rollout.target.rate_limit import LONGEST_REST_S, retry_after
from rollout.target.wait import eventually, pause
from xcodereviewer.api import API
from xcodereviewer.fixtures.users import SignUp
from xcodereviewer.target import XcrTarget

pytestmark = [
    pytest.mark.criterion("rate-limiting-enabled"),
    pytest.mark.promise(
        "api: Rate limiting when enabled: 300 per minute and 5 000 per hour per user or IP, answer 429 with `Retry-After`."
    ),
]
Record = Callable[[str, object], None]
PATH = f"{API}/auth/me"
LONGEST_WINDOW_S = 3600
WAY_OUT = "name the header that asks for a small bucket in `rate_limit_probe`, or let the limiter count by the minute"


@dataclass
class Eager:
    """Somebody of their own whose requests count against nobody else."""

    client: Client
    headers: dict[str, str]
    asked: int = 0

    def ask(self) -> httpx.Response:
        """One more request."""
        self.asked += 1
        return self.client.get(PATH, headers=self.headers, extensions=purpose(Action.RATE_LIMIT))

    def ask_until_held_off(self, most: int) -> httpx.Response:
        """The first 429, or the last answer after *most* requests."""
        answer = self.ask()
        while answer.status_code != 429 and self.asked < most:
            answer = self.ask()
        return answer


@pytest.fixture
def eager(target: XcrTarget, sign_up: SignUp) -> Eager:
    """Somebody new, in a small bucket of their own where the target offers one."""
    person = sign_up()
    bucket = {target.rate_limit_probe: f"rollout-{secrets.token_hex(8)}"} if target.rate_limit_probe else {}
    return Eager(person.client, {**person.headers, **bucket})


def test_too_many_requests_are_held_off_and_service_returns(
    target: XcrTarget, eager: Eager, record_property: Record
) -> None:
    """
    A burst is answered 429 with a Retry-After that is true: after it, the same person is served again.
    """
    expect(eager.ask())
    answer = eager.ask_until_held_off(target.rate_limit_burst)
    record_property("rate_limit.requests_count", eager.asked)
    expect(answer, 429)
    rest_s = retry_after(answer.headers)
    record_property("rate_limit.retry_after_s", rest_s)
    said = answer.headers.get("retry-after")
    assert 0 < rest_s <= LONGEST_WINDOW_S, f"retry-after: got {said!r}, want seconds"
    if rest_s > LONGEST_REST_S:
        raise Obstacle(f"retry-after: got {said!r}, longer than the {LONGEST_REST_S:g} s that a check waits", WAY_OUT)
    pause(rest_s)

    def served_again() -> None:
        expect(eager.ask())

    eventually(served_again, within=2)
