"""Reviews of code: asked for, followed, and over in the way they say."""

from collections.abc import Callable

import pytest

from rollout.target.answer import expect, expect_as
from xcodereviewer.api import Api
from xcodereviewer.fixtures.test_data import SCAN
from xcodereviewer.models import Project, Results, Task

pytestmark = pytest.mark.criterion("features-functional")
Record = Callable[[str, object], None]
UNREADABLE = {"code": None, "language": "python"}
LONG = {"files": [{"path": f"src/part_{number}.py", "content": SCAN["code"]} for number in range(200)]}


def test_a_review_runs_to_its_end(reviewed: Task, record_property: Record) -> None:
    """
    A review ends completed, at 100 percent, with a score that its issues lowered.
    """
    record_property("review.score", reviewed.overall_score)
    assert (reviewed.status, reviewed.progress) == ("completed", 100), reviewed.error_message
    assert reviewed.overall_score is not None
    assert 0 <= reviewed.overall_score < 100


def test_a_review_finds_the_issues_of_careless_code(api: Api, reviewed: Task, record_property: Record) -> None:
    """
    The issues that can be listed are as many as the review counts, and each belongs to it.
    """
    issues = api.issues(task_id=reviewed.id)
    record_property("issues.found_count", issues.total)
    assert issues.total == len(issues.items) == reviewed.total_issues > 0
    assert {issue.task_id for issue in issues.items} == {reviewed.id}


def test_results_agree_with_the_list_of_issues(api: Api, reviewed: Task) -> None:
    """
    The results of a review hold the same number of issues as the list does.
    """
    results = expect_as(Results, api.get(f"/tasks/{reviewed.id}/results"))
    assert results.total_issues == api.issues(task_id=reviewed.id).total


def test_a_review_that_cannot_work_is_reported_failed(api: Api, project: Project) -> None:
    """
    Code that cannot be analysed ends as failed with a reason, never as completed with a perfect score.
    """
    task = api.ended(api.new_task(project, scan_config=UNREADABLE))
    assert task.status == "failed"
    assert task.error_message
    assert task.overall_score in (None, 0)


def test_a_cancelled_review_stays_cancelled(api: Api, project: Project) -> None:
    """
    Cancelling wins: a review that was cancelled in time is neither completed later nor goes on to count issues.
    """
    task = api.new_task(project, scan_config=LONG)
    expect(api.request("PUT", f"/tasks/{task.id}/cancel"))
    other = api.ended(api.new_task(project, scan_config=SCAN))
    assert other.status == "completed"
    assert api.task(task.id).status == "cancelled"
    assert api.issues(task_id=task.id).total == 0


def test_a_review_of_a_project_that_is_not_there_is_refused(api: Api) -> None:
    """
    A review needs a project of one's own.
    """
    expect(api.post("/tasks", {"project_id": 2_000_000_000, "name": "nothing"}), 404, 422)
