"""The SQL of audit tasks."""

from typing import Any

from psycopg.types.json import Jsonb

from standin import faults
from standin.app.access import MINE, visible_to
from standin.app.database import Database, Row

COLUMNS = """
t.id, t.project_id, t.created_by, t.name, t.description, t.task_type, t.branch_name, t.priority, t.agents_used,
t.scan_config, t.llm_provider_id, t.status, t.progress, t.current_step, t.total_files, t.total_lines, t.total_issues,
t.critical_issues, t.high_issues, t.medium_issues, t.low_issues, t.overall_score, t.error_message,
greatest(t.attempt - 1, 0) AS retry_count, t.created_at, t.started_at, t.completed_at
"""
INSERT = f"""
INSERT INTO audit_tasks AS t (project_id, created_by, name, description, task_type, branch_name, priority, agents_used,
    scan_config, llm_provider_id, dispatched_at)
SELECT p.id, %(owner)s, %(name)s, %(description)s, %(task_type)s, coalesce(%(branch_name)s, p.branch), %(priority)s,
    %(agents_used)s, %(scan_config)s, %(llm_provider_id)s, now()
FROM projects p WHERE p.id = %(project_id)s AND (p.deleted_at IS NULL OR %(deleted_too)s) AND {MINE}
RETURNING {COLUMNS}
"""
OWNED = f"FROM audit_tasks t JOIN projects p ON p.id = t.project_id WHERE p.deleted_at IS NULL AND {MINE}"
CHOSEN = f"""
{OWNED} AND (%(project)s::int IS NULL OR t.project_id = %(project)s)
  AND (%(status)s::text IS NULL OR t.status = %(status)s)
"""
LIST = f"SELECT {COLUMNS} {CHOSEN} ORDER BY t.id DESC LIMIT %(limit)s OFFSET %(offset)s"
COUNT = f"SELECT count(*) AS n {CHOSEN}"
FIND = f"SELECT {COLUMNS} {OWNED} AND t.id = %(id)s"
CANCEL = f"""
WITH cancelled AS (
    UPDATE audit_tasks SET status = 'cancelled', current_step = 'Cancelled', completed_at = now()
    WHERE status IN ('pending', 'running') AND id IN (SELECT t.id {OWNED} AND t.id = %(id)s) RETURNING *
), event AS (
    INSERT INTO task_events (task_id, kind, progress, current_step) SELECT id, 'cancelled', progress, 'Cancelled' FROM cancelled
)
SELECT {COLUMNS} FROM cancelled t
"""
EVENTS = "SELECT id, kind, progress, current_step, at FROM task_events WHERE task_id = %s AND id > %s ORDER BY id"


class Tasks:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def create(self, owner: Row, fields: dict[str, Any]) -> Row | None:
        """Create a task; None if *owner* has no such project."""
        free_form = {
            name: Jsonb(fields[name]) if fields[name] is not None else None for name in ("agents_used", "scan_config")
        }
        deleted_too = bool(faults.active("deleted-project-accepts-work"))
        return await self.database.row(INSERT, {**fields, **free_form, **visible_to(owner), "deleted_too": deleted_too})

    async def page(self, owner: Row, chosen: dict[str, Any], page: int, page_size: int) -> tuple[list[Row], int]:
        params = {**visible_to(owner), **chosen, "limit": page_size, "offset": (page - 1) * page_size}
        counted = await self.database.row(COUNT, params)
        total = counted["n"] if counted else 0
        return (await self.database.rows(LIST, params) if total else []), total

    async def find(self, owner: Row, task_id: int) -> Row | None:
        return await self.database.row(FIND, {**visible_to(owner), "id": task_id})

    async def cancel(self, owner: Row, task_id: int) -> Row | None:
        """Cancel a task; None if it has already ended."""
        return await self.database.row(CANCEL, {**visible_to(owner), "id": task_id})

    async def events(self, task_id: int, after: int) -> list[Row]:
        return await self.database.rows(EVENTS, (task_id, after))
