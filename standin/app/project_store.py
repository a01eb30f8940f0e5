"""The SQL of projects."""

from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb

from standin import faults
from standin.app.access import MINE, changeable_by, visible_to
from standin.app.database import Database, Row

COLUMNS = """
p.id, p.owner_id, p.name, p.description, p.source_type, p.source_url, p.repository_name, p.branch,
p.programming_languages, p.status, p.total_files, p.total_lines, p.created_at, p.updated_at, p.last_scanned_at
"""
INSERT = f"""
INSERT INTO projects AS p
    (owner_id, name, description, source_type, source_url, repository_name, branch, programming_languages)
VALUES (%(owner_id)s, %(name)s, %(description)s, %(source_type)s, %(source_url)s, %(repository_name)s, %(branch)s,
    %(programming_languages)s)
RETURNING {COLUMNS}
"""
CHOSEN = f"""
FROM projects p
WHERE {MINE} AND (p.deleted_at IS NOT NULL) = %(deleted)s
  AND (%(status)s::text IS NULL OR p.status = %(status)s)
  AND (%(search)s::text IS NULL OR p.name ILIKE %(search)s OR p.description ILIKE %(search)s)
"""
LIST = f"SELECT {COLUMNS} {CHOSEN} ORDER BY p.id DESC LIMIT %(limit)s OFFSET %(offset)s"
COUNT = f"SELECT count(*) AS n {CHOSEN}"
FIND = f"SELECT {COLUMNS} FROM projects p WHERE p.id = %(id)s AND p.deleted_at IS NULL AND {MINE}"
DELETE = f"""
UPDATE projects p SET deleted_at = now() WHERE p.id = %(id)s AND p.deleted_at IS NULL AND {MINE} RETURNING p.id
"""
RESTORE = f"""
UPDATE projects p SET deleted_at = NULL, updated_at = now()
WHERE p.id = %(id)s AND p.deleted_at IS NOT NULL AND {MINE} RETURNING {COLUMNS}
"""
CHANGE = """
UPDATE projects p SET {} WHERE p.id = %(id)s AND (p.deleted_at IS NULL OR %(deleted_too)s) AND {} RETURNING {}
"""
NEVER_NULL = {"name", "source_type", "branch", "programming_languages", "status"}


class Projects:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def create(self, owner: Row, fields: dict[str, Any]) -> Row:
        languages = Jsonb(fields["programming_languages"])
        made = await self.database.row(INSERT, {**fields, "owner_id": owner["id"], "programming_languages": languages})
        assert made is not None
        return made

    async def page(self, owner: Row, chosen: dict[str, Any], page: int, page_size: int) -> tuple[list[Row], int]:
        params = {**visible_to(owner), **chosen, "limit": page_size, "offset": (page - 1) * page_size}
        counted = await self.database.row(COUNT, params)
        total = counted["n"] if counted else 0
        return (await self.database.rows(LIST, params) if total else []), total

    async def find(self, owner: Row, project_id: int) -> Row | None:
        return await self.database.row(FIND, {**visible_to(owner), "id": project_id})

    async def change(self, owner: Row, project_id: int, changes: dict[str, Any]) -> Row | None:
        kept = {name: value for name, value in changes.items() if value is not None or name not in NEVER_NULL}
        if "programming_languages" in kept:
            kept["programming_languages"] = Jsonb(kept["programming_languages"])
        assignments = [sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in kept]
        statement = sql.SQL(CHANGE)
        composed = statement.format(
            sql.SQL(", ").join([*assignments, sql.SQL("updated_at = now()")]), sql.SQL(MINE), sql.SQL(COLUMNS)
        )
        return await self.database.row(composed, {**kept, **changeable_by(owner), "id": project_id})

    async def delete(self, owner: Row, project_id: int) -> bool:
        return await self.database.row(DELETE, {**changeable_by(owner), "id": project_id}) is not None

    async def restore(self, owner: Row, project_id: int) -> Row | None:
        return await self.database.row(RESTORE, {**changeable_by(owner), "id": project_id})


def like(text: str | None) -> str | None:
    """A LIKE pattern that finds *text* anywhere, with its wildcards escaped."""
    if text is None or faults.active("search-ignored"):
        return None
    escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
