"""Reports as files."""

import io
import json
from datetime import UTC, datetime

import pypdf
import pytest

from standin.rendering import RENDERERS

TASK = {
    "id": 1,
    "name": "Nightly ☂",
    "project_name": "Café",
    "status": "completed",
    "overall_score": 76.0,
    "total_issues": 1,
    "critical_issues": 1,
    "high_issues": 0,
    "medium_issues": 0,
    "low_issues": 0,
    "completed_at": datetime(2026, 1, 31, tzinfo=UTC),
}
ISSUE = {
    "id": 5,
    "title": "Hard-coded secret",
    "description": "In line 3.",
    "severity": "critical",
    "category": "security",
    "status": "open",
    "file_path": "a.py",
    "line_start": 3,
    "line_end": 3,
    "suggestion": "Read it from the environment.",
}


def test_json_holds_the_task_and_its_issues() -> None:
    """
    Text and times survive.
    """
    document = json.loads(RENDERERS["json"](TASK, [ISSUE]))
    assert document["task"]["name"] == "Nightly ☂"
    assert document["task"]["completed_at"] == "2026-01-31T00:00:00+00:00"
    assert document["issues"] == [ISSUE]


def test_markdown_names_score_issue_place_and_advice() -> None:
    """
    What a person would look for.
    """
    text = RENDERERS["markdown"](TASK, [ISSUE]).decode()
    for part in (
        "# Audit report: Nightly ☂",
        "Score: 76.0",
        "critical: Hard-coded secret",
        "a.py:3",
        ISSUE["suggestion"],
    ):
        assert str(part) in text


def test_markdown_without_issues_says_so() -> None:
    """
    An empty section would look like a lost one.
    """
    assert "None found." in RENDERERS["markdown"](TASK, []).decode()


@pytest.mark.slow
def test_pdf_can_be_opened_and_read() -> None:
    """
    Characters beyond Latin-1 become question marks and break nothing.
    """
    long = {**ISSUE, "title": "x" * 300 + " 中文"}
    reader = pypdf.PdfReader(io.BytesIO(RENDERERS["pdf"](TASK, [ISSUE, long] * 30)))
    assert len(reader.pages) > 1
    text = reader.pages[0].extract_text()
    assert "Audit report: Nightly ?" in text
    assert "Hard-coded secret" in text
