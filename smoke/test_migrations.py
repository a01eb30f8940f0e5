"""Did the migrations run to their end? PostgreSQL is asked, not the backend."""

from collections.abc import Callable

import pytest

from rollout.target.obstacle import needed
from rollout.target.services import Sql
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.criterion("migrations-at-head")
Record = Callable[[str, object], None]
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
INVALID = "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid"
UNVALIDATED = "SELECT conname AS name FROM pg_constraint WHERE NOT convalidated"
TABLES = {
    "users": ("id", "email", "username", "full_name", "role", "is_active"),
    "projects": (
        "id", "owner_id", "name", "description", "source_type", "source_url", "branch", "status", "created_at", "updated_at",
    ),
    "audit_tasks": (
        "id", "project_id", "status", "progress", "current_step", "total_issues", "overall_score", "error_message",
    ),
    "audit_issues": (
        "id", "task_id", "title", "description", "severity", "category", "status", "file_path", "line_start", "line_end",
        "suggestion",
    ),
    "reports": ("id", "task_id", "format", "status"),
}  # fmt: skip


def test_the_schema_is_at_the_revision_of_the_release(sql: Sql, target: XcrTarget, record_property: Record) -> None:
    """
    Alembic recorded one revision, the release's: none means no migration ran, two mean two heads.
    """
    revisions = [row["version_num"] for row in sql.rows("SELECT version_num FROM alembic_version")]
    record_property("schema.revision", ", ".join(revisions))
    assert len(revisions) == 1, f"alembic_version: got {revisions!r}, want one revision"
    wanted = needed(target, "schema_revision")
    assert revisions == [wanted], f"alembic_version: got {revisions!r}, want {wanted!r}"


def test_the_schema_has_what_the_api_needs(sql: Sql, record_property: Record) -> None:
    """
    Every table and column that the API's answers come from is there.
    """
    there = {(row["table_name"], row["column_name"]) for row in sql.rows(COLUMNS)}
    wanted = {(table, column) for table, columns in TABLES.items() for column in columns}
    record_property("schema.columns_count", len(there))
    assert not wanted - there, f"missing: {', '.join('.'.join(name) for name in sorted(wanted - there))}"


def test_no_migration_stopped_half_way(sql: Sql) -> None:
    """
    No index is invalid and no constraint unvalidated: either is what an interrupted migration leaves behind.
    """
    assert [row["name"] for row in sql.rows(f"{INVALID} UNION {UNVALIDATED}")] == []
