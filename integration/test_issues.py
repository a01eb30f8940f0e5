"""Issues: worked on one by one and many at once."""

import pytest

from rollout.target.answer import expect
from xcodereviewer.api import Api
from xcodereviewer.models import Issue, Task

pytestmark = [pytest.mark.criterion("features-functional"), pytest.mark.promise("api: PUT /api/v1/issues/{id}")]
MOST_AT_ONCE = 50


@pytest.fixture
def issues(api: Api, reviewed: Task) -> tuple[Issue, ...]:
    """What a review of careless code found."""
    found = api.issues_of(reviewed)
    assert len(found) >= 2, f"got {len(found)} issues, want at least 2 to work on"
    return found


def test_an_issue_keeps_its_new_status(api: Api, issues: tuple[Issue, ...]) -> None:
    """
    A resolved issue is resolved when it is opened again and found by that status.
    """
    assert api.set_status(issues[0], "resolved").status == "resolved"
    assert api.issue(issues[0].id).status == "resolved"
    assert [issue.id for issue in api.issues(task_id=issues[0].task_id, status_filter="resolved").items] == [
        issues[0].id
    ]


@pytest.mark.promise("api: POST /api/v1/issues/bulk-update")
def test_many_issues_change_at_once(api: Api, reviewed: Task, issues: tuple[Issue, ...]) -> None:
    """
    A bulk update reaches every issue it names and no other.
    """
    named, spared = issues[:-1][:MOST_AT_ONCE], issues[-1]
    api.set_statuses(named, "false_positive")
    after = {issue.id: issue.status for issue in api.issues_of(reviewed)}
    assert {issue.id: after[issue.id] for issue in named} == {issue.id: "false_positive" for issue in named}
    assert after[spared.id] == spared.status


@pytest.mark.promise("api: POST /api/v1/issues/{id}/comments")
def test_an_issue_takes_a_comment(api: Api, issues: tuple[Issue, ...]) -> None:
    """
    What was said about an issue comes back as it was said.
    """
    words = "Seen by two people — agreed 👍"
    assert api.comment(issues[0], words).content == words


@pytest.mark.promise("api: GET /api/v1/issues")
def test_issues_are_filtered_by_severity(api: Api, issues: tuple[Issue, ...]) -> None:
    """
    A filter by severity answers with exactly the issues of that severity.
    """
    severity = issues[0].severity
    wanted = {issue.id for issue in issues if issue.severity == severity}
    found = api.issues(task_id=issues[0].task_id, severity=severity)
    assert {issue.severity for issue in found.items} == {severity}
    assert found.total == len(wanted)


def test_a_status_that_does_not_exist_is_refused(api: Api, issues: tuple[Issue, ...]) -> None:
    """
    An unknown status is refused, and the issue keeps the one it had.
    """
    expect(api.request("PUT", f"/issues/{issues[0].id}", json={"status": "forgotten"}), 422, 400)
    assert api.issue(issues[0].id).status == issues[0].status
