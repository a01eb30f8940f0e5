"""A task and its issues as JSON, Markdown or PDF."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

Row = dict[str, Any]
COUNTS = ("critical", "high", "medium", "low")


def as_json(task: Row, issues: list[Row]) -> bytes:
    document = {"report": "XCodeReviewer audit", "task": task, "issues": issues}
    return json.dumps(document, default=_iso, ensure_ascii=False, indent=2).encode()


def _iso(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def as_markdown(task: Row, issues: list[Row]) -> bytes:
    lines = [f"# {heading(task)}", "", *(f"- {line}" for line in summary(task)), "", "## Issues", ""]
    for issue in issues:
        lines += [f"### {issue['severity']}: {issue['title']}", "", place(issue), ""]
        lines += [text for part in ("description", "suggestion") if issue[part] for text in (issue[part], "")]
    return "\n".join(lines if issues else [*lines, "None found.", ""]).encode()


def as_pdf(task: Row, issues: list[Row]) -> bytes:
    """The report as PDF; its built-in fonts have Latin-1 only, so that other characters become question marks."""
    from fpdf import FPDF
    from fpdf.enums import WrapMode

    pdf = FPDF()
    pdf.set_title(_latin(heading(task)))
    pdf.add_page()

    def write(text: str, size: int, style: str = "") -> None:
        pdf.set_font("Helvetica", style, size)
        pdf.multi_cell(0, size / 2, _latin(text), new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR)

    write(heading(task), 16, "B")
    for line in summary(task):
        write(line, 11)
    for issue in issues:
        write(f"{issue['severity']}: {issue['title']}", 12, "B")
        write(" - ".join(filter(None, (place(issue), issue["description"], issue["suggestion"]))), 10)
    return bytes(pdf.output())


def _latin(text: str) -> str:
    return text.encode("latin-1", "replace").decode("latin-1")


def heading(task: Row) -> str:
    return f"Audit report: {task['name']}"


def summary(task: Row) -> list[str]:
    found = ", ".join(f"{task[f'{severity}_issues']} {severity}" for severity in COUNTS)
    return [
        f"Project: {task['project_name']}",
        f"Score: {task['overall_score']}",
        f"Issues: {task['total_issues']} ({found})",
    ]


def place(issue: Row) -> str:
    return f"{issue['file_path'] or 'unknown file'}:{issue['line_start'] or '?'}"


RENDERERS: dict[str, Callable[[Row, list[Row]], bytes]] = {"json": as_json, "markdown": as_markdown, "pdf": as_pdf}
