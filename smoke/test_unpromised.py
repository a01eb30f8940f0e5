"""What is good practice though neither the plan nor the published API asks for it: reported, never decisive."""

from collections.abc import Callable

import pytest

from rollout.target.raw_client import RawClient
from rollout.target.services import Sql

pytestmark = pytest.mark.criterion("beyond-promises")
Record = Callable[[str, object], None]
COLUMNS = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
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


@pytest.mark.promise("advisory: nothing is said about naming the software")
def test_answers_do_not_name_the_software(raw_client: RawClient) -> None:
    """
    No answer gives away version numbers of what serves it.
    """
    said = raw_client.ask("GET", "/health").headers
    told = {name: said[name] for name in ("server", "x-powered-by", "x-aspnet-version") if name in said}
    assert not any(character.isdigit() for value in told.values() for character in value), f"got {told}"


@pytest.mark.promise("advisory: names of tables and columns are not published")
def test_the_schema_has_what_the_api_needs(sql: Sql, record_property: Record) -> None:
    """
    Every table and column that the API's answers come from is there.
    """
    there = {(row["table_name"], row["column_name"]) for row in sql.rows(COLUMNS)}
    wanted = {(table, column) for table, columns in TABLES.items() for column in columns}
    record_property("schema.columns_count", len(there))
    assert not wanted - there, f"missing: {', '.join('.'.join(name) for name in sorted(wanted - there))}"
