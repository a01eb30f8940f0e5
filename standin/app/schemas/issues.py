"""Issues and the talk about them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from standin.app.schemas.common import NO_NUL, Body, Id, IssueStatus, Paged, Severity


class Issue(BaseModel):
    id: int
    task_id: int
    title: str
    description: str | None
    severity: Severity
    category: str
    status: IssueStatus
    file_path: str | None
    line_start: int | None
    line_end: int | None
    code_snippet: str | None
    suggestion: str | None
    rule_id: str | None
    agent_name: str | None
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None


class Comment(BaseModel):
    id: int
    issue_id: int
    author_id: int | None
    content: str
    created_at: datetime


class IssueWithComments(Issue):
    comments: list[Comment]


class IssuePage(Paged):
    items: list[Issue]


class IssueUpdate(Body):
    status: IssueStatus


class BulkUpdate(Body):
    issue_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    status: IssueStatus


class BulkUpdated(BaseModel):
    updated: int


class CommentCreate(Body):
    content: Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=NO_NUL)]


class IssueStatistics(BaseModel):
    total: int
    by_severity: dict[str, int]
    by_category: dict[str, int]
    by_status: dict[str, int]
