"""Reports in all formats, opened and read."""

from collections.abc import Callable

import pytest

from rollout.target.answer import expect
from xcodereviewer.api import Api
from xcodereviewer.documents import json_report, markdown_report, pdf_report
from xcodereviewer.fixtures.test_data import NewProject
from xcodereviewer.models import Format, Issue, Task

pytestmark = pytest.mark.criterion("features-functional")
Record = Callable[[str, object], None]
FORMATS: tuple[Format, ...] = ("json", "markdown", "pdf")


@pytest.fixture
def issues(reviewer: Api, completed: Task) -> tuple[Issue, ...]:
    """What the reported review found."""
    found = reviewer.issues(task_id=completed.id).items
    assert found, "got no issues, want some to report on"
    return found


def downloaded(api: Api, task: Task, file_format: Format) -> bytes:
    """A report on *task*, from asking to its content; removed again."""
    report = api.finished(api.new_report(task, file_format))
    content = api.download(report)
    expect(api.request("DELETE", f"/reports/{report.id}"), 204)
    return content


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_finished_review_can_be_reported(reviewer: Api, completed: Task, file_format: Format) -> None:
    """
    Each format is accepted for a completed review, and comes to an end.
    """
    report = reviewer.finished(reviewer.new_report(completed, file_format))
    assert (report.task_id, report.format) == (completed.id, file_format)
    expect(reviewer.request("DELETE", f"/reports/{report.id}"), 204)


def test_a_report_of_a_review_that_failed_is_written_or_refused(
    api: Api, new_project: NewProject, reviewable: dict[str, str]
) -> None:
    """
    A review that ended without a result has a report or none; asking for it is no server error.
    """
    nowhere = {**reviewable, "source_url": f"{reviewable['source_url']}-that-is-not-there"}
    task = api.ended(api.new_task(new_project(**nowhere)))
    expect(api.post("/reports", {"task_id": task.id, "format": "json"}), 201, 400, 404, 409, 422)


def test_a_json_report_holds_every_issue(
    reviewer: Api, completed: Task, issues: tuple[Issue, ...], record_property: Record
) -> None:
    """
    The JSON report can be parsed and has the title of every issue.
    """
    content = downloaded(reviewer, completed, "json")
    record_property("report.json_bytes", len(content))
    text = str(json_report(content))
    assert [issue.title for issue in issues if issue.title not in text] == []


def test_a_markdown_report_names_every_issue(
    reviewer: Api, completed: Task, issues: tuple[Issue, ...], record_property: Record
) -> None:
    """
    The Markdown report has a heading and the title of every issue.
    """
    content = downloaded(reviewer, completed, "markdown")
    record_property("report.markdown_bytes", len(content))
    text = markdown_report(content)
    assert text.lstrip().startswith("#")
    assert [issue.title for issue in issues if issue.title not in text] == []


def test_a_pdf_report_can_be_opened(
    reviewer: Api, completed: Task, issues: tuple[Issue, ...], record_property: Record
) -> None:
    """
    The PDF report opens, and its pages name every issue.
    """
    content = downloaded(reviewer, completed, "pdf")
    record_property("report.pdf_bytes", len(content))
    text = " ".join(pdf_report(content).split())
    assert [issue.title for issue in issues if issue.title not in text] == []


def test_a_deleted_report_is_gone(reviewer: Api, completed: Task) -> None:
    """
    A report that was deleted can neither be read nor downloaded.
    """
    report = reviewer.finished(reviewer.new_report(completed, "json"))
    expect(reviewer.request("DELETE", f"/reports/{report.id}"), 204)
    expect(reviewer.get(f"/reports/{report.id}"), 404)
    expect(reviewer.get(f"/reports/{report.id}/download"), 404)
