"""Reviews of code: asked for, followed, and over in the way they say."""

from collections.abc import Callable

import pytest

from rollout.target.answer import expect
from rollout.target.obstacle import Obstacle, needed
from xcodereviewer.api import Api
from xcodereviewer.fixtures.reviews import FirstReview, review_of_nothing
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.fixtures.users import NewClient
from xcodereviewer.models import Task
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.promise("api: GET /api/v1/tasks/{id}")
FEATURES = pytest.mark.criterion("features-functional")
WORKFLOWS = pytest.mark.criterion("workflows-functional")
Record = Callable[[str, object], None]


@FEATURES
@WORKFLOWS
def test_a_review_runs_to_its_end(first_review: FirstReview, client_of: NewClient, record_property: Record) -> None:
    """
    A review ends completed, at 100 percent, with a score.
    """
    if not first_review.reached:
        raise Obstacle(first_review.failure, first_review.way_out)
    assert not first_review.failure, f"{first_review.failure}; asked for by: {first_review.request}"
    review = first_review.owner(client_of()).task(first_review.task)
    record_property("review.score", review.overall_score)
    assert (review.status, review.progress) == ("completed", 100), review.error_message
    assert review.overall_score is not None
    assert 0 <= review.overall_score <= 100


@FEATURES
@pytest.mark.promise("api: GET /api/v1/issues")
def test_a_review_finds_the_issues_of_careless_code(
    reviewer: Api, completed: Task, target: XcrTarget, record_property: Record
) -> None:
    """
    The issues that can be listed are as many as the review counts and the target expects, and each belongs to it.
    """
    issues = reviewer.issues_of(completed)
    record_property("issues.found_count", len(issues))
    assert len(issues) == completed.total_issues
    assert len(issues) >= needed(target, "review").least_issues
    assert {issue.task_id for issue in issues} == {completed.id}


@FEATURES
@pytest.mark.promise("api: GET /api/v1/tasks/{id}/results")
def test_a_finished_review_has_results(reviewer: Api, completed: Task) -> None:
    """
    The results of a review can be read.
    """
    assert expect(reviewer.get(f"/tasks/{completed.id}/results")).json()


@FEATURES
def test_a_review_that_cannot_work_is_reported_failed(
    api: Api, review_source: dict[str, str], record_property: Record
) -> None:
    """
    A repository that is not there is refused, or ends as failed with a reason, never as completed with a perfect score.
    """
    task = review_of_nothing(api, review_source)
    record_property("review.refused", task is None)
    if task is not None:
        assert task.status == "failed"
        assert task.error_message


@FEATURES
@pytest.mark.promise("api: PUT /api/v1/tasks/{id}/cancel")
def test_cancelling_is_answered(api: Api, new_project: NewProject, review_source: dict[str, str]) -> None:
    """
    Who cancels a review hears that it is cancelled, or that it was over before; whether reviews complete does not matter.
    """
    task = api.new_task(new_project(**review_source))
    answer = expect(api.request("PUT", f"/tasks/{task.id}/cancel"), 200, 204, 400, 409)
    if answer.is_success:
        assert api.task(task.id).status == "cancelled"
    else:
        assert api.task(task.id).over, f"review {task.id}: got a refusal to cancel it while it was not over"


@FEATURES
@pytest.mark.promise("api: PUT /api/v1/tasks/{id}/cancel")
def test_a_cancelled_review_stays_cancelled(api: Api, new_project: NewProject, reviewable: dict[str, str]) -> None:
    """
    Cancelling wins: a review that was cancelled in time is neither completed later nor goes on to count issues.
    """
    task = api.new_task(new_project(**reviewable))
    expect(api.request("PUT", f"/tasks/{task.id}/cancel"))
    other = api.ended(api.new_task(new_project(**reviewable)))
    assert other.status == "completed"
    assert api.task(task.id).status == "cancelled"
    assert api.issues(task_id=task.id).total == 0


@FEATURES
@pytest.mark.promise("api: POST /api/v1/tasks")
def test_a_review_of_a_project_that_is_not_there_is_refused(api: Api) -> None:
    """
    A review needs a project of one's own.
    """
    expect(api.post("/tasks", {"project_id": 2_000_000_000, "name": "nothing"}), 404, 422)
