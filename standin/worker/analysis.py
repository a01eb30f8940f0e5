"""Carry out one audit task from pending to its end."""

import threading
from collections.abc import Sequence
from typing import Any

from standin import faults
from standin.analyser import AnalysisError, SourceText, analyse, counts, issues, score, sources_of
from standin.repository import sources_at
from standin.settings import settings
from standin.worker.connections import Connection, Row, forget
from standin.worker.runs import Superseded

STEPS = (
    ("Fetching the code", 10),
    ("Parsing", 30),
    ("Scanning for defects", 55),
    ("Scoring", 80),
    ("Storing issues", 95),
)
CLAIM = """
UPDATE audit_tasks SET status = 'running', attempt = attempt + 1, progress = 0, error_message = NULL,
    started_at = coalesce(started_at, now()), heartbeat_at = now()
WHERE id = %s AND status = 'pending' RETURNING *
"""
ADVANCE = """
WITH moved AS (
    UPDATE audit_tasks SET progress = %(progress)s, current_step = %(step)s, heartbeat_at = now()
    WHERE id = %(id)s AND status = 'running' AND attempt = %(attempt)s RETURNING id
)
INSERT INTO task_events (task_id, kind, progress, current_step) SELECT id, 'progress', %(progress)s, %(step)s FROM moved
RETURNING task_id
"""
FINISH = """
WITH ended AS (
    UPDATE audit_tasks SET status = %(status)s, progress = %(progress)s, current_step = %(step)s,
        error_message = %(error)s, overall_score = %(score)s, total_files = %(files)s, total_lines = %(lines)s,
        total_issues = %(critical)s + %(high)s + %(medium)s + %(low)s, critical_issues = %(critical)s,
        high_issues = %(high)s, medium_issues = %(medium)s, low_issues = %(low)s, completed_at = now()
    WHERE id = %(id)s AND status = 'running' AND attempt = %(attempt)s RETURNING id, project_id
), event AS (
    INSERT INTO task_events (task_id, kind, progress, current_step) SELECT id, %(status)s, %(progress)s, %(step)s FROM ended
)
UPDATE projects p SET last_scanned_at = CASE WHEN %(done)s THEN now() ELSE last_scanned_at END,
    total_files = CASE WHEN %(done)s THEN %(files)s ELSE total_files END,
    total_lines = CASE WHEN %(done)s THEN %(lines)s ELSE total_lines END
FROM ended WHERE p.id = ended.project_id RETURNING p.owner_id
"""
INSERT_ISSUE = """
INSERT INTO audit_issues (task_id, title, description, severity, category, file_path, line_start, line_end, code_snippet,
    suggestion, rule_id, agent_name)
VALUES (%(task_id)s, %(title)s, %(description)s, %(severity)s, %(category)s, %(file_path)s, %(line_start)s, %(line_end)s,
    %(code_snippet)s, %(suggestion)s, %(rule_id)s, 'deterministic')
"""
RELEASE = """
UPDATE audit_tasks SET status = CASE WHEN attempt < %(attempts)s THEN 'pending' ELSE 'failed' END,
    error_message = CASE WHEN attempt < %(attempts)s THEN NULL ELSE %(message)s END,
    completed_at = CASE WHEN attempt < %(attempts)s THEN NULL ELSE now() END, dispatched_at = NULL
WHERE id = %(id)s AND status = 'running' RETURNING status
"""
PROJECT = "SELECT source_type, source_url, branch FROM projects WHERE id = %s"
HOSTED = ("github", "gitlab")
NOTHING_FOUND = {"critical": 0, "high": 0, "medium": 0, "low": 0}
pause = threading.Event()


def work(connection: Connection, task_id: int) -> str:
    task = connection.execute(CLAIM, (task_id,)).fetchone()
    if task is None:
        raise Superseded
    try:
        return _walk(connection, task)
    except AnalysisError as error:
        if faults.active("analyser-error-swallowed"):
            return _finish(connection, task, "completed", NOTHING_FOUND, score=100.0)
        return _finish(connection, task, "failed", NOTHING_FOUND, error=str(error))


def _walk(connection: Connection, task: Row) -> str:
    if faults.active("analyser-crashes"):
        raise RuntimeError("the analyser crashed")
    _advance(connection, task, *STEPS[0])
    sources = _sources(connection, task)
    _advance(connection, task, *STEPS[1])
    findings = [finding for source in sources for finding in analyse(source)]
    for step in STEPS[2:]:
        _advance(connection, task, *step)
    by_severity = counts(findings)
    rows = [] if faults.active("issues-not-stored") else list(issues(findings))
    lines = sum(source.content.count("\n") + 1 for source in sources)
    return _finish(
        connection, task, "completed", by_severity, rows=rows, score=score(by_severity), files=len(sources), lines=lines
    )


def _sources(connection: Connection, task: Row) -> Sequence[SourceText]:
    """The code in the task itself, else the branch of the project's repository, else a small sample."""
    if not settings().profile.network:
        raise AnalysisError("no network")
    project = connection.execute(PROJECT, (task["project_id"],)).fetchone() or {}
    if task["scan_config"] is None and project.get("source_url") and project["source_type"] in HOSTED:
        return sources_at(project["source_url"], project["branch"])
    return sources_of(task["scan_config"], seed=task["project_id"])


def _advance(connection: Connection, task: Row, step: str, progress: int) -> None:
    """Write the progress unless the task was cancelled, and wait so long that users can follow it."""
    if faults.active("task-stuck"):
        raise Superseded
    if not faults.active("progress-never-sent"):
        moved = {"id": task["id"], "attempt": task["attempt"], "step": step, "progress": progress}
        if connection.execute(ADVANCE, moved).fetchone() is None:
            raise Superseded
    fault = faults.active("worker-slow")
    pause.wait(fault["step_seconds"] if fault else settings().standin_step_seconds)


def _finish(
    connection: Connection,
    task: Row,
    status: str,
    by_severity: dict[str, int],
    rows: list[dict[str, Any]] | None = None,
    error: str | None = None,
    score: float | None = None,
    files: int = 0,
    lines: int = 0,
) -> str:
    """Store the result in one transaction; nothing if the task was cancelled meanwhile."""
    done = status == "completed"
    ended = {
        **by_severity,
        "id": task["id"],
        "attempt": task["attempt"],
        "status": status,
        "done": done,
        "progress": 100 if done else task["progress"],
        "step": "Completed" if done else "Failed",
        "error": error,
        "score": score,
        "files": files,
        "lines": lines,
    }
    with connection.transaction(), connection.cursor() as cursor:
        owner = cursor.execute(FINISH, ended).fetchone()
        if owner is None:
            raise Superseded
        cursor.executemany(INSERT_ISSUE, [{**row, "task_id": task["id"]} for row in rows or []])
    forget(owner["owner_id"])
    return status
