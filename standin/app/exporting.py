"""Export all data of one user as one document, from one snapshot of the database."""

from datetime import UTC, datetime
from typing import Any, LiteralString

from standin import faults
from standin.app.database import Connection, Database, Row
from standin.app.schemas.migration import SCHEMA_VERSION, ExportRequest

PROJECTS = """
SELECT id, name, description, source_type, source_url, repository_name, branch, programming_languages, status,
    total_files, total_lines, created_at, updated_at, last_scanned_at, extra
FROM projects WHERE owner_id = %s AND deleted_at IS NULL ORDER BY id
"""
TASKS = """
SELECT t.id, t.project_id, t.name, t.description, t.task_type, t.branch_name, t.priority, t.agents_used, t.scan_config,
    t.llm_provider_id, t.status, t.progress, t.current_step, t.total_files, t.total_lines, t.total_issues,
    t.critical_issues, t.high_issues, t.medium_issues, t.low_issues, t.overall_score, t.error_message, t.created_at,
    t.started_at, t.completed_at, t.extra
FROM audit_tasks t JOIN projects p ON p.id = t.project_id WHERE p.owner_id = %s AND p.deleted_at IS NULL ORDER BY t.id
"""
ISSUES = """
SELECT i.id, i.task_id, i.title, i.description, i.severity, i.category, i.status, i.file_path, i.line_start, i.line_end,
    i.code_snippet, i.suggestion, i.rule_id, i.agent_name, i.created_at, i.updated_at, i.resolved_at, i.extra
FROM audit_issues i JOIN audit_tasks t ON t.id = i.task_id JOIN projects p ON p.id = t.project_id
WHERE p.owner_id = %s AND p.deleted_at IS NULL ORDER BY i.id
"""
SETTINGS = "SELECT settings FROM user_settings WHERE user_id = %s"
PROFILE = "SELECT id, email, username, full_name, role, is_active, created_at FROM users WHERE id = %s"


async def export(database: Database, user: Row, wanted: ExportRequest) -> dict[str, Any]:
    async with database.transaction() as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        projects = await _read(connection, PROJECTS, user) if wanted.include_projects else []
        tasks = await _read(connection, TASKS, user) if wanted.include_tasks else []
        issues = await _read(connection, ISSUES, user) if wanted.include_issues else []
        profile = (await _read(connection, PROFILE, user))[0]
        stored = await _read(connection, SETTINGS, user) if wanted.include_settings else []
    settings = (stored[0]["settings"] if stored else {}) if wanted.include_settings else None
    return {
        "schema_version": SCHEMA_VERSION,
        "export_timestamp": datetime.now(UTC),
        "user_id": user["id"],
        "data": {
            "user": profile,
            "projects": projects,
            "audit_tasks": tasks,
            "audit_issues": issues,
            "settings": settings,
        },
        "statistics": {"total_projects": len(projects), "total_tasks": len(tasks), "total_issues": len(issues)},
    }


async def _read(connection: Connection, statement: LiteralString, user: Row) -> list[Row]:
    cursor = await connection.execute(statement, (user["id"],))
    return [_damaged({**row.pop("extra", {}), **row}) for row in await cursor.fetchall()]


def _damaged(row: Row) -> Row:
    """A row, damaged by the active export faults."""
    if faults.active("export-drops-unicode"):
        row = {
            key: value.encode("ascii", "ignore").decode() if isinstance(value, str) else value
            for key, value in row.items()
        }
    if faults.active("export-loses-timezone"):
        row = {key: value.replace(tzinfo=None) if isinstance(value, datetime) else value for key, value in row.items()}
    return row
