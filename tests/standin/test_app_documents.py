"""Export documents: which are accepted, and what becomes of their values."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from standin import faults
from standin.app.importing import Rejected, checked
from standin.app.schemas.migration import Document

WHOLE: dict[str, Any] = {
    "schema_version": "2.0.0",
    "data": {
        "projects": [{"id": "p", "name": "Überprüfung 🎉"}],
        "audit_tasks": [{"id": 7, "project_id": "p", "created_at": "2024-01-31T12:00:00+09:00"}],
        "audit_issues": [{"id": 1, "task_id": 7, "title": "t", "line_number": 3}],
    },
}


def spoiled(**changes: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole document with some of its lists replaced."""
    document = copy.deepcopy(WHOLE)
    document["data"].update(changes)
    return document


def test_a_whole_document_is_accepted() -> None:
    """
    Ids may be numbers or texts, and only references decide what belongs together.
    """
    data = Document.model_validate(WHOLE).data
    assert (len(data.projects), len(data.audit_tasks), len(data.audit_issues)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        pytest.param({**WHOLE, "schema_version": "3.0.0"}, "2.0.0", id="an unknown version"),
        pytest.param({"data": {}}, "Field required", id="no version"),
        pytest.param(spoiled(projects=[]), "task 7 refers to project p", id="a task of no project"),
        pytest.param(spoiled(audit_tasks=[]), "issue 1 refers to task 7", id="an issue of no task"),
        pytest.param(spoiled(projects=WHOLE["data"]["projects"] * 2), "share one project id", id="one id twice"),
        pytest.param(spoiled(audit_issues=[{"id": 1, "task_id": 7, "title": "a\x00"}]), "pattern", id="a NUL byte"),
        pytest.param(
            spoiled(audit_issues=[{"id": 1, "task_id": 7, "title": "t", "line_start": 2**40}]),
            "less than or equal",
            id="a number that no column holds",
        ),
        pytest.param(spoiled(projects=[{"id": "p", "name": "n", "more": "\x00"}]), "NUL", id="a NUL byte further in"),
        pytest.param({**WHOLE, "statistics": {"total_issues": 2}}, "on_ready 2 issues", id="cut off"),
    ],
)
def test_a_broken_document_is_refused_with_its_reason(document: dict[str, Any], complaint: str) -> None:
    """
    Before anything is stored.
    """
    with pytest.raises(ValidationError, match=complaint):
        Document.model_validate(document)


@pytest.fixture
def tolerant(tmp_path: Path) -> Iterator[None]:
    """The fault that imports a document without what dangles."""
    (tmp_path / "faults.json").write_text(json.dumps({"import-accepts-dangling-references": {}}), encoding="utf-8")
    faults.configure(tmp_path / "faults.json")
    yield
    faults.configure(None)


@pytest.mark.usefixtures("tolerant")
def test_a_document_that_dangles_is_taken_for_whole_under_its_fault() -> None:
    """
    Without the records whose parents are missing.
    """
    data = checked(spoiled(projects=[])).data
    assert (data.audit_tasks, data.audit_issues) == ([], [])
    assert len(checked(spoiled(audit_tasks=[])).data.projects) == 1


@pytest.mark.usefixtures("tolerant")
@pytest.mark.parametrize(
    "document",
    [
        pytest.param(spoiled(audit_issues="lost"), id="issues that are no list"),  # type: ignore[arg-type]
        pytest.param(spoiled(audit_tasks=[7]), id="a task that is no record"),  # type: ignore[list-item]
        pytest.param(spoiled(projects=[{"name": "n"}]), id="a project without an id"),
        pytest.param({**WHOLE, "data": []}, id="data that are no object"),
    ],
)
def test_any_other_defect_is_refused_under_the_fault_too(document: dict[str, Any]) -> None:
    """
    It stays an answer about the document, and logs no critical error.
    """
    with pytest.raises(Rejected):
        checked(document)


def test_what_we_do_not_know_is_kept() -> None:
    """
    Fields of another frontend come back with the next export.
    """
    [issue] = Document.model_validate(WHOLE).data.audit_issues
    assert issue.extra == {"line_number": 3}


def test_a_moment_keeps_its_zone_and_without_one_is_utc() -> None:
    """
    Both stay the same moment.
    """
    [task] = Document.model_validate(WHOLE).data.audit_tasks
    assert task.created_at is not None
    assert task.created_at.isoformat() == "2024-01-31T12:00:00+09:00"
    naive = spoiled(audit_tasks=[{"id": 7, "project_id": "p", "created_at": "2024-01-31T12:00:00"}])
    [task] = Document.model_validate(naive).data.audit_tasks
    assert task.created_at is not None
    assert task.created_at.isoformat() == "2024-01-31T12:00:00+00:00"
