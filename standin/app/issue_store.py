"""The SQL of issues and comments."""

from typing import Any

from standin.app.access import MINE, changeable_by, visible_to
from standin.app.database import Connection, Database, Row

COLUMNS = """
i.id, i.task_id, i.title, i.description, i.severity, i.category, i.status, i.file_path, i.line_start, i.line_end,
i.code_snippet, i.suggestion, i.rule_id, i.agent_name, i.created_at, i.updated_at, i.resolved_at
"""
OWNED = f"""
FROM audit_issues i JOIN audit_tasks t ON t.id = i.task_id JOIN projects p ON p.id = t.project_id
WHERE p.deleted_at IS NULL AND {MINE}
"""
CHOSEN = f"""
{OWNED} AND (%(task)s::int IS NULL OR i.task_id = %(task)s) AND (%(project)s::int IS NULL OR t.project_id = %(project)s)
  AND (%(severity)s::text IS NULL OR i.severity = %(severity)s)
  AND (%(category)s::text IS NULL OR i.category = %(category)s)
  AND (%(status)s::text IS NULL OR i.status = %(status)s)
"""
LIST = f"SELECT {COLUMNS} {CHOSEN} ORDER BY i.id LIMIT %(limit)s OFFSET %(offset)s"
COUNT = f"SELECT count(*) AS n {CHOSEN}"
OF_TASK = f"SELECT {COLUMNS} FROM audit_issues i WHERE i.task_id = %s ORDER BY i.id LIMIT 1000"
FIND = f"SELECT {COLUMNS} {OWNED} AND i.id = %(id)s"
SET_STATUS = f"""
UPDATE audit_issues i SET status = %(status)s, updated_at = now(),
    resolved_at = CASE WHEN %(status)s = 'resolved' THEN coalesce(i.resolved_at, now()) END
FROM audit_tasks t JOIN projects p ON p.id = t.project_id
WHERE t.id = i.task_id AND (p.deleted_at IS NULL OR %(deleted_too)s) AND {MINE} AND i.id = ANY(%(ids)s)
RETURNING {COLUMNS}
"""
STATISTICS = f"SELECT i.severity, i.category, i.status, count(*) AS n {CHOSEN} GROUP BY 1, 2, 3"
COMMENTS = "SELECT id, issue_id, author_id, content, created_at FROM issue_comments WHERE issue_id = %s ORDER BY id"
INSERT_COMMENT = """
INSERT INTO issue_comments (issue_id, author_id, content) VALUES (%s, %s, %s)
RETURNING id, issue_id, author_id, content, created_at
"""
EVERYTHING: dict[str, Any] = dict.fromkeys(("task", "project", "severity", "category", "status"))


class Issues:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def page(self, owner: Row, chosen: dict[str, Any], page: int, page_size: int) -> tuple[list[Row], int]:
        params = {**visible_to(owner), **chosen, "limit": page_size, "offset": (page - 1) * page_size}
        counted = await self.database.row(COUNT, params)
        total = counted["n"] if counted else 0
        return (await self.database.rows(LIST, params) if total else []), total

    async def of_task(self, task_id: int) -> list[Row]:
        return await self.database.rows(OF_TASK, (task_id,))

    async def find(self, owner: Row, issue_id: int) -> Row | None:
        return await self.database.row(FIND, {**visible_to(owner), "id": issue_id})

    async def set_status(self, owner: Row, issue_ids: list[int], status: str) -> list[Row]:
        return await self.database.rows(SET_STATUS, {**changeable_by(owner), "ids": issue_ids, "status": status})

    async def set_status_within(self, connection: Connection, owner: Row, issue_ids: list[int], status: str) -> int:
        params = {**changeable_by(owner), "ids": issue_ids, "status": status}
        return (await connection.execute(SET_STATUS, params)).rowcount

    async def groups(self, owner: Row, chosen: dict[str, Any]) -> list[Row]:
        return await self.database.rows(STATISTICS, {**visible_to(owner), **EVERYTHING, **chosen})

    async def comments(self, issue_id: int) -> list[Row]:
        return await self.database.rows(COMMENTS, (issue_id,))

    async def comment(self, author: Row, issue_id: int, content: str) -> Row | None:
        return await self.database.row(INSERT_COMMENT, (issue_id, author["id"], content))
