"""A backend may refuse what it cannot work on before it accepts it, and a review may find nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from integration import test_reports as reports
from integration import test_reviews as reviews
from rollout.target.deadline import each
from rollout.target.http import client_to
from rollout.target.obstacle import Obstacle
from tests.target.allowed import target_at
from tests.watch.service import LOGIN, Service, serving
from xcodereviewer import waiting
from xcodereviewer.api import Api
from xcodereviewer.fixtures.reviews import attempted
from xcodereviewer.models import Task

PROJECTS, TASKS, TASK, ISSUES = (f"/api/v1/{path}" for path in ("projects", "tasks", "tasks/7", "issues"))
SOURCE = {"source_type": "github", "source_url": "https://host.example/x", "branch": "main"}
TOKENS = {"access_token": "a", "refresh_token": "r", "token_type": "bearer"}
PROJECT: dict[str, Any] = {
    **{"id": 3, "owner_id": 1, "name": "x", "description": None, "status": "active", **SOURCE},
    **{"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"},
}
FAILED: dict[str, Any] = {
    **{"id": 7, "project_id": 3, "status": "failed", "progress": 10, "current_step": "fetching", "total_issues": 0},
    **{"overall_score": None, "error_message": "no such repository"},
}
REPORTS = "/api/v1/reports"


@pytest.fixture
def service() -> Iterator[Service]:
    """A backend whose reviews of a repository that is not there fail."""
    with serving(Service()) as running:
        running.answers |= {LOGIN: (200, TOKENS), PROJECTS: (201, PROJECT), TASKS: (201, FAILED), TASK: (200, FAILED)}
        yield running


@pytest.fixture
def api(service: Service) -> Iterator[Api]:
    """An account of it."""
    with client_to(target_at(service.url, "write")) as client:
        yield Api(client, "somebody", SecretStr("s3cret-word"))


def reviewed(api: Api) -> dict[str, object]:
    """What both checks of a repository that is not there record."""
    told: dict[str, object] = {}
    reviews.test_a_review_that_cannot_work_is_reported_failed(api, SOURCE, told.__setitem__)
    reports.test_a_report_of_a_review_that_failed_is_written_or_refused(api, SOURCE, told.__setitem__)
    return told


@pytest.mark.parametrize("path", [PROJECTS, TASKS])
@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_is_as_good_as_a_failed_review(service: Service, api: Api, path: str, status: int) -> None:
    """
    Whether a repository is looked for at once or by the worker is nowhere published.
    """
    service.answers[path] = (status, {})
    assert reviewed(api) == {"review.refused": True}


@pytest.mark.parametrize("path", [PROJECTS, TASKS])
@pytest.mark.parametrize("status", [200, 401, 500])
def test_what_neither_accepts_nor_refuses_it_accuses(service: Service, api: Api, path: str, status: int) -> None:
    """
    A server error above all.
    """
    service.answers[path] = (status, {})
    with pytest.raises(AssertionError, match=f"got {status}, want 201"):
        reviewed(api)


def test_a_failed_review_has_a_report_or_a_refusal(service: Service, api: Api) -> None:
    """
    And no server error.
    """
    service.answers[REPORTS] = (409, {})
    assert reviewed(api) == {"review.refused": False}
    service.answers[REPORTS] = (500, {})
    with pytest.raises(AssertionError, match="got 500, want 201 or"):
        reviewed(api)


def test_a_review_of_nothing_that_is_completed_accuses(service: Service, api: Api) -> None:
    """
    A perfect score for nothing is the defect.
    """
    service.answers[TASK] = (200, {**FAILED, "status": "completed", "progress": 100, "overall_score": 100})
    with pytest.raises(AssertionError, match="completed"):
        reviewed(api)


def test_a_review_without_issues_is_an_obstacle_to_those_who_need_one(service: Service, api: Api) -> None:
    """
    That it found none is another check's subject.
    """
    service.answers[ISSUES] = (200, {"items": [], "total": 0, "page": 1, "page_size": 100})
    with pytest.raises(Obstacle, match=r"^review 7: got no issue, want one to work on"):
        api.an_issue(Task.model_validate(FAILED))


@dataclass
class Working(Service):
    """A backend whose review is *most* percent done at last, one percent more at each look."""

    most: int = 100
    progress: int = 0

    def answer(self, path: str) -> tuple[int, bytes]:
        """The state of the review, a little further than before."""
        if path == TASK:
            self.progress = min(self.progress + 1, self.most)
            self.answers[TASK] = (200, {**FAILED, "status": "running", "progress": self.progress})
        return super().answer(path)


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reviews are waited for a second."""
    monkeypatch.setattr(waiting, "REVIEWS", each(1.0))


@pytest.mark.usefixtures("short_wait")
@pytest.mark.parametrize(
    ("most", "moving"),
    [
        pytest.param(10_000, True, id="it moves to the end"),
        pytest.param(2, False, id="it stopped soon"),
        pytest.param(0, False, id="it never moved"),
    ],
)
def test_a_review_that_is_under_way_is_no_review_that_hangs(most: int, moving: bool) -> None:
    """
    How long a review takes there the target's file says.
    """
    with serving(Working(most=most)) as backend, client_to(target_at(backend.url, "write")) as client:
        backend.answers[LOGIN] = (200, TOKENS)
        with pytest.raises(AssertionError, match="task 7: got running at") as told:
            Api(client, "somebody", SecretStr("s3cret-word")).ended(Task.model_validate(FAILED))
    assert isinstance(told.value, Obstacle) is moving
    assert not isinstance(told.value, Obstacle) or "`within` of `review`" in told.value.way_out


@pytest.mark.usefixtures("short_wait")
@pytest.mark.parametrize(("most", "kind"), [(10_000, Obstacle), (0, AssertionError)])
def test_the_first_review_tells_why_it_has_no_end(most: int, kind: type[AssertionError]) -> None:
    """
    One that is under way is in the way of the checks, one that hangs is what they look for.
    """
    with serving(Working(most=most)) as backend, client_to(target_at(backend.url, "write")) as client:
        backend.answers |= {LOGIN: (200, TOKENS), PROJECTS: (201, PROJECT), TASKS: (201, FAILED)}
        first = attempted(Api(client, "somebody", SecretStr("s3cret-word")), SOURCE)
        with pytest.raises(kind, match="task 7: got running at") as told:
            reviews.test_a_review_runs_to_its_end(first, lambda: client, dict[str, object]().__setitem__)
    assert type(told.value) is kind
