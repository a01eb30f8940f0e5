"""Did the migrations run to their end? PostgreSQL is asked, not the backend."""

from collections.abc import Callable

import pytest

from rollout.target.obstacle import needed
from rollout.target.services import Sql
from xcodereviewer.target import XcrTarget

pytestmark = [pytest.mark.criterion("migrations-at-head"), pytest.mark.promise("plan: Run database migrations")]
Record = Callable[[str, object], None]
INVALID = "SELECT indexrelid::regclass::text AS name FROM pg_index WHERE NOT indisvalid"
UNVALIDATED = "SELECT conname AS name FROM pg_constraint WHERE NOT convalidated"


def test_the_schema_is_at_the_revision_of_the_release(sql: Sql, target: XcrTarget, record_property: Record) -> None:
    """
    Alembic recorded one revision, the release's: none means no migration ran, two mean two heads.
    """
    revisions = [row["version_num"] for row in sql.rows("SELECT version_num FROM alembic_version")]
    record_property("schema.revision", ", ".join(revisions))
    assert len(revisions) == 1, f"alembic_version: got {revisions!r}, want one revision"
    wanted = needed(target, "schema_revision")
    assert revisions == [wanted], f"alembic_version: got {revisions!r}, want {wanted!r}"


def test_no_migration_stopped_half_way(sql: Sql) -> None:
    """
    No index is invalid and no constraint unvalidated: either is what an interrupted migration leaves behind.
    """
    assert [row["name"] for row in sql.rows(f"{INVALID} UNION {UNVALIDATED}")] == []
