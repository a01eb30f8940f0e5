"""Moving from the browser's store: what goes in comes out, and what is broken stays out."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from rollout.target.answer import expect, expect_as
from rollout.target.services import Sql
from rollout.values import numbered
from xcodereviewer.api import Api
from xcodereviewer.export_comparison import differences
from xcodereviewer.exports import Document, export_of
from xcodereviewer.migration import Imported, Validation, exported, imported, uploaded

pytestmark = [
    pytest.mark.criterion("imports-lossless"),
    pytest.mark.promise("api: The export of an import equals the document up to new ids and timestamps."),
]
Record = Callable[[str, object], None]
Damage = Callable[[Document], Any]
STORED = {
    "projects": "SELECT count(*) FROM projects WHERE owner_id = %s",
    "tasks": "SELECT count(*) FROM audit_tasks t JOIN projects p ON p.id = t.project_id WHERE p.owner_id = %s",
    "issues": """
        SELECT count(*) FROM audit_issues i JOIN audit_tasks t ON t.id = i.task_id JOIN projects p ON p.id = t.project_id
        WHERE p.owner_id = %s
    """,
}


@pytest.mark.parametrize(
    "issues", [pytest.param(count, id=numbered(count, "issue", "issues")) for count in (1, 100, 10_000)]
)
def test_what_is_imported_is_exported_again(newcomer: Api, sql: Sql, issues: int, record_property: Record) -> None:
    """
    An export of an import equals the document field by field, and its counts are those of the answer and of PostgreSQL.
    """
    document = export_of(issues)
    answer = expect_as(Imported, imported(newcomer, document))
    wanted = {"projects": 2, "tasks": 3, "issues": issues}
    assert stored(sql, newcomer) == wanted
    told = {what: number for what in wanted if (number := answer.counted(what)) is not None}
    assert told == {what: wanted[what] for what in told}
    again = exported(newcomer)
    record_property(f"import.{issues}_issues_compared_count", len(again["data"]["audit_issues"]))
    assert differences(document, again) == []


def test_an_export_can_be_imported_by_somebody_else(newcomer: Api, api: Api) -> None:
    """
    What the backend itself exported, another person's import takes and gives back the same.
    """
    expect(imported(newcomer, export_of(50)))
    first = exported(newcomer)
    assert len(first["data"]["audit_issues"]) == 50
    expect(imported(api, first))
    assert differences(first, exported(api)) == []


@pytest.mark.promise("api: POST /api/v1/migration/import/upload")
def test_a_file_is_imported_like_a_document(newcomer: Api) -> None:
    """
    An uploaded file gives the same result as the document in a request.
    """
    document = export_of(20)
    expect(uploaded(newcomer, json.dumps(document, ensure_ascii=False).encode()))
    assert differences(document, exported(newcomer)) == []


@pytest.mark.promise("api: POST /api/v1/migration/validate")
def test_a_good_document_is_found_valid_and_not_stored(newcomer: Api, sql: Sql) -> None:
    """
    Validation says yes to a good document and stores none of it.
    """
    verdict = expect_as(Validation, newcomer.post("/migration/validate", {"data": export_of(5)}))
    assert verdict.valid, f"validate: got invalid, want valid; errors: {verdict.errors!r}"
    assert set(stored(sql, newcomer).values()) == {0}


def change(*path: str | int, to: object) -> Damage:
    """A damage that sets one place of the document."""

    def damaged(document: Document) -> Document:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to
        return document

    return damaged


BROKEN = [
    pytest.param(change("data", "audit_issues", 2, "task_id", to=999), id="an issue of a review that is not there"),
    pytest.param(change("data", "audit_tasks", 1, "project_id", to=999), id="a review of a project that is not there"),
    pytest.param(change("schema_version", to="9.9.9"), id="an unknown schema version"),
    pytest.param(change("schema_version", to=None), id="no schema version"),
    pytest.param(change("data", to=[]), id="data that are no object"),
    pytest.param(change("data", "audit_issues", to="lost"), id="issues that are no list"),
    pytest.param(change("data", "audit_issues", 2, "title", to=None), id="an issue without a title"),
    pytest.param(change("data", "projects", 0, "name", to="NUL \x00 byte"), id="a text that PostgreSQL cannot store"),
    pytest.param(change("data", "audit_tasks", 1, "completed_at", to="yesterday"), id="a time that is none"),
    pytest.param(change("data", "audit_issues", 2, "id", to=1), id="two issues with one id"),
]


@pytest.mark.parametrize("damage", BROKEN)
@pytest.mark.promise("api: An import must reject dangling references and unknown schema versions.")
def test_a_broken_document_is_refused_whole(newcomer: Api, sql: Sql, damage: Damage) -> None:
    """
    Validation finds it invalid, import refuses it, and nothing of it is stored.
    """
    document = damage(export_of(5))
    verdict = expect(newcomer.post("/migration/validate", {"data": document}), 200, 400, 422)
    found_valid = verdict.status_code == 200 and expect_as(Validation, verdict).valid
    assert not found_valid, "validate: got valid, want invalid"
    expect(imported(newcomer, document), 400, 409, 422)
    assert set(stored(sql, newcomer).values()) == {0}
    assert newcomer.projects().total == 0


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="an empty file"),
        pytest.param(json.dumps(export_of(5)).encode()[:-40], id="a file that was cut off"),
        pytest.param(b"PK\x03\x04 not JSON \xff\xfe", id="a file that is no text"),
        pytest.param(b"[" * 100_000, id="a file of brackets"),
        pytest.param(b"[1, 2, 3]", id="a file with a list"),
    ],
)
@pytest.mark.promise("api: An import must not report success for rows it did not store.")
def test_a_malformed_file_is_refused(newcomer: Api, sql: Sql, content: bytes) -> None:
    """
    A file that is no export document is refused, and nothing is stored.
    """
    expect(uploaded(newcomer, content), 400, 413, 415, 422)
    assert set(stored(sql, newcomer).values()) == {0}


def stored(sql: Sql, api: Api) -> dict[str, int]:
    """How many rows of a person PostgreSQL has."""
    owner = api.me().id
    return {what: sql.value(query, owner) for what, query in STORED.items()}
