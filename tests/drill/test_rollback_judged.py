"""What the rollback drill looks at besides the flags: users' requests, what they wrote, and a backend that must be silent."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from rollout.drill.course import Course
from rollout.drill.outcome import Failed, Passed
from rollout.target.http import NoAnswer
from tests.target.allowed import target_at
from xcodereviewer.drills import rollback
from xcodereviewer.drills.rollback import RollbackDrill

WRITTEN = SimpleNamespace(id=7, name="rollout-project")


class Switches:
    """Switches that move nobody."""

    internal_users = ()
    answers_of_others = (503,)

    def is_left(self) -> bool:
        return False

    def end_killed(self) -> None:
        raise AssertionError("no drill was killed")

    @contextmanager
    def put_back(self) -> Iterator[None]:
        yield

    def share(self, percent: int) -> None: ...

    def disable(self) -> None: ...

    def down(self) -> None: ...

    def up(self) -> None: ...


@dataclass
class Person:
    """An account whose project is called *name* when it is read."""

    name: str = WRITTEN.name

    def new_project(self, name: str) -> object:
        return WRITTEN

    def project(self, project_id: int) -> object:
        return SimpleNamespace(id=project_id, name=self.name)


@dataclass
class Crowd:
    """Users who follow every switch; *failed* is what their requests say in the end."""

    failed: str = ""
    written: list[Any] = field(default_factory=list)
    users = requests = ()

    def expect_follows(self, percent: int, since: float) -> None: ...

    def expect_settled(self, since: float) -> None: ...

    def went_back(self, percent: int, since: float) -> list[str]:
        return []

    def end(self) -> None: ...

    def beyond(self, budgets: object) -> str:
        return self.failed


class Asked:
    """Users who are where they should be."""

    everybody = users = ()

    def expect_share(self, percent: int) -> None: ...

    def expect_internal(self) -> None: ...

    def expect_nobody(self) -> None: ...


@dataclass
class Backend:
    """A backend that was stopped: it answers *status*, or nothing where that is 0, and is ready once it is asked again."""

    status: int = 0
    asked: int = 0

    def get(self, path: str) -> httpx.Response:
        self.asked += 1
        if not self.status and self.asked == 1:
            raise NoAnswer("got ConnectError, want an answer")
        return httpx.Response(self.status or 200, request=httpx.Request("GET", f"http://t{path}"))


def drilled(crowd: Crowd, person: Person, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Passed:
    """What a drill finds with these, each post-check looked at once."""
    monkeypatch.setattr(rollback, "holds", lambda what, check, within=0.0, wait=rollback.holds: wait(what, check, 0))
    parts: Any = (target_at("http://t"), Course(), backend, Switches(), person, Asked(), ())
    return RollbackDrill(*parts).while_at_work(crowd)  # type: ignore[arg-type]


def test_a_drill_in_which_all_holds_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Of what was written everything was read again.
    """
    crowd = Crowd(written=[(Person(), WRITTEN)])
    passed = drilled(crowd, Person(), Backend(), monkeypatch)
    assert (passed.counts["written"], passed.counts["readable"]) == (2, 2)


@pytest.mark.parametrize(
    ("crowd", "person", "backend", "said"),
    [
        pytest.param(
            Crowd(failed="12 of 300 requests of users at work failed"),
            *(Person(), Backend(), "^12 of 300 requests of users at work failed$"),
            id="users saw errors beyond the budget",
        ),
        pytest.param(
            Crowd(written=[(Person("another"), WRITTEN)]),
            *(Person(), Backend(), "after everything was put back: what was written is another thing by now$"),
            id="what a user wrote has changed",
        ),
        pytest.param(
            Crowd(),
            *(Person("another"), Backend(), "after everything was put back: what was written is another thing by now$"),
            id="what was written at the beginning has changed",
        ),
        pytest.param(
            Crowd(),
            *(Person(), Backend(200), "after the backend was scaled down: it still answers, with 200$"),
            id="the backend answers after it was stopped",
        ),
    ],
)
def test_each_of_these_fails_the_drill(
    crowd: Crowd, person: Person, backend: Backend, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Every switch took effect, and that is not enough.
    """
    with pytest.raises(Failed, match=said):
        drilled(crowd, person, backend, monkeypatch)


def test_a_proxy_that_answers_for_a_stopped_backend_is_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Its statuses are those of the switches; the backend is up again afterwards.
    """

    class Proxy(Backend):
        def get(self, path: str) -> httpx.Response:
            self.status = 503 if not self.asked else 200
            return super().get(path)

    assert drilled(Crowd(), Person(), Proxy(), monkeypatch).counts["written"] == 1
