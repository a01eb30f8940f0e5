"""Numbers about somebody's projects."""

from datetime import date, datetime

from pydantic import BaseModel


class Overview(BaseModel):
    total_projects: int
    active_projects: int
    total_tasks: int
    running_tasks: int
    completed_tasks: int
    total_issues: int
    critical_issues: int
    high_issues: int
    open_issues: int
    average_score: float


class Point(BaseModel):
    date: date
    value: float


class Trends(BaseModel):
    quality_scores: list[Point]
    issue_counts: list[Point]
    task_counts: list[Point]


class Quality(BaseModel):
    overall_score: float
    issues_by_category: dict[str, int]
    issues_by_severity: dict[str, int]
    total_files_scanned: int
    total_lines_scanned: int


class ProjectStatistics(BaseModel):
    project_id: int
    project_name: str
    total_tasks: int
    completed_tasks: int
    total_issues: int
    open_issues: int
    average_score: float
    last_scan_date: datetime | None
