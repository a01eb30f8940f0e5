"""Store an export document for its new owner in one transaction, with counts read from the database."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, LiteralString

from psycopg.types.json import Jsonb
from pydantic import ValidationError

from standin import faults
from standin.app.database import Connection, Database, Row
from standin.app.schemas.migration import Document, IssueRecord, KeptRecord, ProjectRecord, TaskRecord

IDS = "SELECT nextval(%s::regclass)::int AS id FROM generate_series(1, %s)"
OWNED_NAMES = "SELECT name FROM projects WHERE owner_id = %s AND deleted_at IS NULL"
SETTINGS = """
INSERT INTO user_settings (user_id, settings) VALUES (%s, %s) ON CONFLICT (user_id) DO UPDATE SET settings = excluded.settings
"""
STORED: tuple[tuple[str, LiteralString], ...] = (
    ("projects", "SELECT count(*) AS n FROM projects WHERE id = ANY(%s)"),
    ("tasks", "SELECT count(*) AS n FROM audit_tasks WHERE id = ANY(%s)"),
    ("issues", "SELECT count(*) AS n FROM audit_issues WHERE id = ANY(%s)"),
)
KINDS_OF_RECORDS = ("projects", "audit_tasks", "audit_issues")
FREE_FORM = {"programming_languages", "agents_used", "scan_config"}
OWN_MOMENTS = {"created_at", "updated_at"}
PROJECT_FIELDS = tuple(name for name in ProjectRecord.model_fields if name != "id")
TASK_FIELDS = tuple(name for name in TaskRecord.model_fields if name not in ("id", "project_id"))
ISSUE_FIELDS = tuple(name for name in IssueRecord.model_fields if name not in ("id", "task_id"))


class Rejected(ValueError):
    """The document is not stored; *errors* are the reasons."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__(errors[0])
        self.errors = errors


@dataclass(frozen=True)
class ImportPlan:
    """The records to be stored; the others belong to existing projects."""

    document: Document
    projects: list[ProjectRecord]
    tasks: list[TaskRecord]
    issues: list[IssueRecord]

    @property
    def skipped(self) -> dict[str, int]:
        data = self.document.data
        return {
            "skipped_projects": len(data.projects) - len(self.projects),
            "skipped_tasks": len(data.audit_tasks) - len(self.tasks),
            "skipped_issues": len(data.audit_issues) - len(self.issues),
        }


def checked(raw: object) -> Document:
    """The validated document; Rejected if it is invalid."""
    try:
        return Document.model_validate(_tolerated(raw))
    except ValidationError as error:
        raise Rejected([_readable(entry) for entry in error.errors(include_url=False, include_input=False)]) from None


def _readable(entry: Any) -> str:
    place = ".".join(str(part) for part in entry["loc"])
    return f"{place}: {entry['msg']}" if place else str(entry["msg"])


def _tolerated(raw: object) -> object:
    """The raw document, with invalid parts repaired under the import faults."""
    if isinstance(raw, dict) and faults.active("import-accepts-unknown-version"):
        raw = {**raw, "schema_version": "2.0.0"}
    if (
        isinstance(raw, dict)
        and isinstance(raw.get("data"), dict)
        and faults.active("import-accepts-dangling-references")
    ):
        raw = {**raw, "statistics": None, "data": _without_dangling(raw["data"])}
    return raw


def _without_dangling(data: dict[str, Any]) -> dict[str, Any]:
    """The data without records of missing parents; unchanged where a list holds no records, which validation refuses."""
    projects, tasks, issues = (data.get(kind, []) for kind in KINDS_OF_RECORDS)
    if not all(_are_records(rows) for rows in (projects, tasks, issues)):
        return data
    kept = _children(tasks, "project_id", projects)
    return {**data, "audit_tasks": kept, "audit_issues": _children(issues, "task_id", kept)}


def _are_records(rows: object) -> bool:
    return isinstance(rows, list) and all(isinstance(row, dict) for row in rows)


def _children(rows: list[Row], reference: str, parents: list[Row]) -> list[Row]:
    known = {str(parent.get("id")) for parent in parents}
    return [row for row in rows if str(row.get(reference)) in known]


async def store(database: Database, user: Row, document: Document, skip_existing: bool) -> dict[str, Any]:
    if faults.active("import-stores-nothing"):
        return _pretended(document)
    async with database.transaction() as connection:
        plan = await _plan(connection, user, document, skip_existing)
        counts = await _store(connection, user, plan)
        if document.data.settings is not None:
            await connection.execute(SETTINGS, (user["id"], Jsonb(document.data.settings)))
    return {**counts, **plan.skipped, "errors": []}


def _pretended(document: Document) -> dict[str, Any]:
    data = document.data
    counts = {"projects": len(data.projects), "tasks": len(data.audit_tasks), "issues": len(data.audit_issues)}
    return {**counts, **ImportPlan(document, data.projects, data.audit_tasks, data.audit_issues).skipped, "errors": []}


async def _plan(connection: Connection, user: Row, document: Document, skip_existing: bool) -> ImportPlan:
    data = document.data
    present: set[str] = set()
    if skip_existing:
        cursor = await connection.execute(OWNED_NAMES, (user["id"],))
        present = {row["name"] for row in await cursor.fetchall()}
    projects = [project for project in data.projects if project.name not in present]
    kept = {project.key for project in projects}
    tasks = [task for task in data.audit_tasks if str(task.project_id) in kept]
    kept_tasks = {task.key for task in tasks}
    return ImportPlan(
        document, projects, tasks, [issue for issue in data.audit_issues if str(issue.task_id) in kept_tasks]
    )


async def _store(connection: Connection, user: Row, plan: ImportPlan) -> dict[str, int]:
    """Insert parents before children, each with the new id of its parent."""
    project_ids = await _new_ids(connection, "projects_id_seq", plan.projects)
    task_ids = await _new_ids(connection, "audit_tasks_id_seq", plan.tasks)
    issue_ids = await _new_ids(connection, "audit_issues_id_seq", plan.issues)
    owner = {"owner_id": user["id"]}
    creator = {"created_by": user["id"], "origin": "import"}
    projects = [_row(project_ids, project, PROJECT_FIELDS, owner) for project in plan.projects]
    tasks = [
        _row(task_ids, task, TASK_FIELDS, {**creator, "project_id": project_ids[str(task.project_id)]})
        for task in plan.tasks
    ]
    issues = [_row(issue_ids, issue, ISSUE_FIELDS, {"task_id": task_ids[str(issue.task_id)]}) for issue in plan.issues]
    if fault := faults.active("import-loses-rows"):
        issues = issues[: len(issues) - max(1, int(len(issues) * fault["share"]))]
    for table, rows in (("projects", projects), ("audit_tasks", tasks), ("audit_issues", issues)):
        await _copy(connection, table, rows)
    return await _counted(connection, plan, (project_ids, task_ids, issue_ids))


async def _new_ids(connection: Connection, sequence: LiteralString, records: list[Any]) -> dict[str, int]:
    cursor = await connection.execute(IDS, (sequence, len(records)))
    fresh = [row["id"] for row in await cursor.fetchall()]
    return {record.key: new for record, new in zip(records, fresh, strict=True)}


def _row(ids: dict[str, int], record: KeptRecord, fields: tuple[str, ...], more: Row) -> Row:
    values = {name: getattr(record, name) for name in fields}
    for name in FREE_FORM & values.keys():
        values[name] = None if values[name] is None else Jsonb(values[name])
    for name in OWN_MOMENTS & values.keys():
        values[name] = values[name] or datetime.now(UTC)
    return {"id": ids[record.key], **more, **values, "extra": Jsonb(record.extra)}


async def _copy(connection: Connection, table: LiteralString, rows: list[Row]) -> None:
    if not rows:
        return
    columns = ", ".join(rows[0])
    async with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            await copy.write_row(tuple(row.values()))


async def _counted(connection: Connection, plan: ImportPlan, ids: tuple[dict[str, int], ...]) -> dict[str, int]:
    """Count the stored rows in the database; the answer reports no other numbers."""
    if faults.active("import-loses-rows"):
        return {"projects": len(plan.projects), "tasks": len(plan.tasks), "issues": len(plan.issues)}
    counts = {}
    for (what, statement), made in zip(STORED, ids, strict=True):
        cursor = await connection.execute(statement, (list(made.values()),))
        row = await cursor.fetchone()
        counts[what] = row["n"] if row else 0
    return counts
