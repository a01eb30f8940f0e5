"""Reports in all formats, opened and read."""

from collections.abc import Callable

import pytest

from rollout.target.answer import expect
from xcodereviewer.api import Api
from xcodereviewer.documents import json_report, markdown_report, pdf_report
from xcodereviewer.fixtures.reviews import review_of_nothing
from xcodereviewer.models import Format, Task

pytestmark = [
    pytest.mark.criterion("features-functional"),
    pytest.mark.promise("api: GET /api/v1/reports/{id}/download"),
]
Record = Callable[[str, object], None]
FORMATS: tuple[Format, ...] = ("json", "markdown", "pdf")


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.promise("api: POST /api/v1/reports")
def test_a_finished_review_can_be_reported(reviewer: Api, completed: Task, file_format: Format) -> None:
    """
    Each format is accepted for a completed review, and comes to an end.
    """
    report = reviewer.finished(reviewer.new_report(completed, file_format))
    assert (report.task_id, report.format) == (completed.id, file_format)
    expect(reviewer.request("DELETE", f"/reports/{report.id}"), 204)


@pytest.mark.promise("api: POST /api/v1/reports")
def test_a_report_of_a_review_that_failed_is_written_or_refused(
    api: Api, reviewable: dict[str, str], record_property: Record
) -> None:
    """
    A review that ended without a result, where one can be had, has a report or none; asking for it is no server error.
    """
    task = review_of_nothing(api, reviewable)
    record_property("review.refused", task is None)
    if task is not None:
        expect(api.post("/reports", {"task_id": task.id, "format": "json"}), 201, 400, 404, 409, 422)


def test_a_json_report_can_be_parsed(reviewer: Api, completed: Task, record_property: Record) -> None:
    """
    The JSON report is JSON.
    """
    content = reviewer.report_content(completed, "json")
    record_property("report.json_bytes", len(content))
    assert json_report(content)


def test_a_markdown_report_can_be_read(reviewer: Api, completed: Task, record_property: Record) -> None:
    """
    The Markdown report is text, and not empty.
    """
    content = reviewer.report_content(completed, "markdown")
    record_property("report.markdown_bytes", len(content))
    assert markdown_report(content)


def test_a_pdf_report_can_be_opened(reviewer: Api, completed: Task, record_property: Record) -> None:
    """
    The PDF report opens, and its pages have text.
    """
    content = reviewer.report_content(completed, "pdf")
    record_property("report.pdf_bytes", len(content))
    assert pdf_report(content).strip(), "PDF report: got pages without text, want some"


@pytest.mark.promise("api: DELETE /api/v1/reports/{id}")
def test_a_deleted_report_is_gone(reviewer: Api, completed: Task) -> None:
    """
    A report that was deleted can neither be read nor downloaded.
    """
    report = reviewer.finished(reviewer.new_report(completed, "json"))
    expect(reviewer.request("DELETE", f"/reports/{report.id}"), 204)
    expect(reviewer.get(f"/reports/{report.id}"), 404)
    expect(reviewer.get(f"/reports/{report.id}/download"), 404)
