"""What was deleted takes no more work: it is out of the lists, and out of reach of whoever would go on with it."""

import httpx
import pytest

from rollout.target.answer import asked
from xcodereviewer.api import Api
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.models import Project, Task

pytestmark = [
    pytest.mark.criterion("features-functional"),
    pytest.mark.promise("api: a soft delete: it leaves the list and can be restored"),
]
REFUSED = (400, 403, 404, 409, 410, 422)


@pytest.fixture
def deleted(api: Api, new_project: NewProject) -> Project:
    """A project that its owner threw away."""
    project = new_project()
    api.delete_project(project.id)
    return project


def test_no_review_of_a_deleted_project_is_accepted(api: Api, deleted: Project) -> None:
    """
    Work on what was thrown away is refused when it is asked for, and not stored.
    """
    expect_refused(api.post("/tasks", {"project_id": deleted.id, "name": deleted.name}))


def test_a_deleted_project_is_not_changed(api: Api, deleted: Project) -> None:
    """
    A change to what was thrown away is refused: it has to be restored before.
    """
    expect_refused(api.request("PUT", f"/projects/{deleted.id}", json={"description": "changed"}))


def test_the_work_of_a_deleted_project_is_not_gone_on_with(api: Api, reviewed: Task) -> None:
    """
    Issues of a deleted project are neither moved nor discussed, and no report of its reviews is written.
    """
    issue = api.an_issue(reviewed)
    api.delete_project(reviewed.project_id)
    expect_refused(api.request("PUT", f"/issues/{issue.id}", json={"status": "resolved"}))
    expect_refused(api.post(f"/issues/{issue.id}/comments", {"content": "too late"}))
    expect_refused(api.post("/reports", {"task_id": reviewed.id, "format": "json"}))


def expect_refused(answer: httpx.Response) -> None:
    """Fail where work was accepted, or where refusing it ended in a server error."""
    got = answer.status_code
    assert got in REFUSED, (
        f"{asked(answer.request)} about what was deleted: got {got}, want a refusal (404 or the like)"
    )
