"""Audit tasks as clients send and see them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from standin.app.schemas.common import Body, Id, JsonObject, Name, Paged, Short, TaskStatus, Text
from standin.app.schemas.issues import Issue

Priority = Literal["low", "normal", "high", "urgent"]


class TaskCreate(Body):
    """scan_config holds what to scan: {code, language} or {files: [{path, content}]}; without, a small sample."""

    project_id: Id
    name: Name = "Audit"
    description: Text | None = None
    task_type: Annotated[Short, Field(min_length=1)] = "repository"
    branch_name: Short | None = None
    priority: Priority = "normal"
    agents_used: JsonObject | list[Short] | None = None
    scan_config: JsonObject | None = None
    llm_provider_id: Id | None = None


class Task(BaseModel):
    id: int
    project_id: int
    created_by: int | None
    name: str
    description: str | None
    task_type: str
    branch_name: str | None
    priority: str
    agents_used: Any
    scan_config: JsonObject | None
    llm_provider_id: int | None
    status: TaskStatus
    progress: Annotated[int, Field(ge=0, le=100)]
    current_step: str | None
    total_files: int
    total_lines: int
    total_issues: int
    critical_issues: int
    high_issues: int
    medium_issues: int
    low_issues: int
    overall_score: float | None
    error_message: str | None
    retry_count: int
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class TaskPage(Paged):
    items: list[Task]


class TaskResults(BaseModel):
    task_id: int
    status: TaskStatus
    total_issues: int
    critical_issues: int
    high_issues: int
    medium_issues: int
    low_issues: int
    overall_score: float | None
    duration: float | None
    error_message: str | None
    issues: list[Issue]
