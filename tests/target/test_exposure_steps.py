"""A real target is counted where it stands: at another step of the rollout its users are no defect."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from integration import test_exposure as checks
from rollout.target.http import client_to
from rollout.target.obstacle import Obstacle
from tests.watch.service import LOGIN, Service, serving
from xcodereviewer.fixtures.exposure import Rollout, who_asks
from xcodereviewer.flag_buckets import bucket
from xcodereviewer.target import XcrTarget

PATH = "/api/v1/feature-flags"
TOKENS = {"access_token": "a", "refresh_token": "r", "token_type": "bearer"}


@dataclass
class Exposed(Service):
    """A backend that has *percent* of the users by the documented rule, and leaves *forgotten* out."""

    percent: int = 0
    forgotten: tuple[str, ...] = ()

    def answer(self, path: str) -> tuple[int, bytes]:
        """Whether the user of the query is on it."""
        (user_id,) = parse_qs(urlsplit(path).query).get("user_id", [""])
        on = bucket(user_id) < self.percent and user_id not in self.forgotten
        self.answers[PATH] = (200, {"flags": {"USE_BACKEND_API": on}})
        return super().answer(path)


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[Exposed]:
    """A real target with fewer users to ask about, so that a test takes a second."""
    monkeypatch.setattr(checks, "LEAST_USERS", 400)
    monkeypatch.setattr(checks, "ASKED_AGAIN", 40)
    with serving(Exposed()) as running:
        assert isinstance(running, Exposed)
        running.answers[LOGIN] = (200, TOKENS)
        yield running


def checked(backend: Exposed, phase: str, step: str) -> dict[str, Any]:
    """What the check of a step records on that backend."""
    facts = {"name": "x", "environment": "staging", "base_url": backend.url}
    account = {"user_email": "user@example.com", "user_password": "s3cret-word"}
    target = XcrTarget.model_validate({**facts, **account, "exposure_path": f"{PATH}?user_id={{user_id}}"})
    rollout = Rollout(target, lambda: who_asks(target, lambda: client_to(target)))
    recorded: dict[str, Any] = {}
    checks.test_the_share_of_users_is_the_planned_one(rollout, phase, step, recorded.__setitem__)
    return recorded


@pytest.mark.parametrize(
    ("percent", "phase", "step"),
    [
        pytest.param(75, "phase5", "everyone", id="at 75 % nobody misses the others"),
        pytest.param(25, "phase4", "half", id="at 25 % nobody misses the second quarter"),
        pytest.param(50, "phase4", "quarter", id="at 50 % there are more than a quarter"),
        pytest.param(20, "phase4", "half", id="at a share that the plan does not name"),
    ],
)
def test_a_target_at_another_step_is_counted_and_not_accused(
    backend: Exposed, percent: int, phase: str, step: str
) -> None:
    """
    The check passes with its counts, and the judge calls it another step or a mismatch.
    """
    backend.percent = percent
    told = checked(backend, phase, step)
    assert told["exposure.users_count"] == 400
    assert abs(told["exposure.on_count"] - 4 * percent) < 40


@pytest.mark.parametrize(("percent", "phase", "step"), [(10, "phase4", "half"), (50, "phase5", "everyone")])
def test_a_target_in_another_phase_is_an_obstacle(backend: Exposed, percent: int, phase: str, step: str) -> None:
    """
    The step where it stands is named, and the one where it should be run.
    """
    backend.percent = percent
    with pytest.raises(Obstacle, match=r"^the target is at another step, (beta|half): \d+\.\d % of 400 users") as told:
        checked(backend, phase, step)
    assert told.value.way_out == f"run it at the step {step} of {phase}"


def test_a_user_who_fell_out_is_a_defect_at_the_step_itself(backend: Exposed) -> None:
    """
    At 50 % by count, one of the first quarter is out.
    """
    backend.percent = 50
    (forgotten, *_) = [user for user in checks.synthetic_users(40) if bucket(user) < 25]
    backend.forgotten = (forgotten,)
    with pytest.raises(AssertionError, match=f"want all of them on the new backend.*{forgotten}"):
        checked(backend, "phase4", "half")
