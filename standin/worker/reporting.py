"""Create one report of a completed task."""

from standin import faults
from standin.rendering import RENDERERS
from standin.worker.connections import Connection
from standin.worker.runs import Superseded

CLAIM = """
UPDATE reports SET status = 'generating', attempt = attempt + 1, heartbeat_at = now()
WHERE id = %s AND status = 'pending' RETURNING id, task_id, format, attempt
"""
TASK = """
SELECT t.id, t.name, t.status, t.overall_score, t.total_issues, t.critical_issues, t.high_issues, t.medium_issues,
    t.low_issues, t.completed_at, p.name AS project_name
FROM audit_tasks t JOIN projects p ON p.id = t.project_id WHERE t.id = %s
"""
ISSUES = """
SELECT id, title, description, severity, category, status, file_path, line_start, line_end, suggestion
FROM audit_issues WHERE task_id = %s ORDER BY array_position(ARRAY['critical','high','medium','low'], severity), id
"""
FINISH = """
UPDATE reports SET status = 'completed', content = %s, file_size = %s, completed_at = now()
WHERE id = %s AND status = 'generating' AND attempt = %s RETURNING id
"""
RELEASE = """
UPDATE reports SET status = CASE WHEN attempt < %(attempts)s THEN 'pending' ELSE 'failed' END,
    error_message = CASE WHEN attempt < %(attempts)s THEN NULL ELSE %(message)s END, dispatched_at = NULL
WHERE id = %(id)s AND status = 'generating' RETURNING status
"""


def work(connection: Connection, report_id: int) -> str:
    report = connection.execute(CLAIM, (report_id,)).fetchone()
    if report is None or faults.active("report-never-completes"):
        raise Superseded
    task = connection.execute(TASK, (report["task_id"],)).fetchone()
    if task is None:
        raise Superseded
    found = connection.execute(ISSUES, (report["task_id"],)).fetchall()
    content = damaged(report["format"], RENDERERS[report["format"]](task, found))
    ended = (content, len(content), report_id, report["attempt"])
    if connection.execute(FINISH, ended).fetchone() is None:
        raise Superseded
    return "completed"


def damaged(format: str, content: bytes) -> bytes:
    """A report, damaged by the active report faults."""
    if format == "pdf" and faults.active("report-pdf-corrupt"):
        return b"%PDF-1.4\n" + content[: len(content) // 3][::-1]
    if format == "json" and faults.active("report-json-invalid"):
        return content[:-1]
    if format == "markdown" and faults.active("report-markdown-empty"):
        return b""
    return content
