"""The export document: what one person owns, with references by the ids of the document itself."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from standin.app.schemas.common import (
    NO_NUL,
    Body,
    IssueStatus,
    JsonObject,
    Name,
    Severity,
    Short,
    TaskStatus,
    Text,
    Url,
)
from standin.app.schemas.projects import SourceType

SCHEMA_VERSION = "2.0.0"
DocumentId = (
    Annotated[int, Field(strict=True)] | Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=NO_NUL)]
)
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
Line = Annotated[int, Field(ge=0, le=2**31 - 1)]


def _zoned(moment: datetime) -> datetime:
    """A time without a zone is UTC, as older exports meant it."""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not 1970 <= moment.year <= 2200:
        raise ValueError("not a plausible year")
    return moment


def _storable(value: Any) -> Any:
    """JSON may say things that PostgreSQL's jsonb cannot keep."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    text.encode()
    if ESCAPED_NUL.search(text):
        raise ValueError("contains a NUL character")
    return value


ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
FreeForm = Annotated[Any, AfterValidator(_storable)]
FreeObject = Annotated[JsonObject, AfterValidator(_storable)]
Moment = Annotated[datetime, AfterValidator(_zoned)]


class KeptRecord(BaseModel):
    """What a newer or older frontend knows besides is kept and given back, not dropped."""

    model_config = ConfigDict(extra="allow")

    id: DocumentId

    @model_validator(mode="after")
    def _keep_only_what_can_be_stored(self) -> Self:
        if self.__pydantic_extra__:
            _storable(self.__pydantic_extra__)
        return self

    @property
    def key(self) -> str:
        return str(self.id)

    @property
    def extra(self) -> dict[str, Any]:
        return dict(self.__pydantic_extra__ or {})


class ProjectRecord(KeptRecord):
    name: Name
    description: Text | None = None
    source_type: SourceType = "local"
    source_url: Url | None = None
    repository_name: Short | None = None
    branch: Short = "main"
    programming_languages: list[Short] = Field(default_factory=list)
    status: Short = "active"
    total_files: Count = 0
    total_lines: Count = 0
    created_at: Moment | None = None
    updated_at: Moment | None = None
    last_scanned_at: Moment | None = None


class TaskRecord(KeptRecord):
    project_id: DocumentId
    name: Name = "Audit"
    description: Text | None = None
    task_type: Short = "repository"
    branch_name: Short | None = None
    priority: Literal["low", "normal", "high", "urgent"] = "normal"
    agents_used: FreeForm = None
    scan_config: FreeObject | None = None
    llm_provider_id: Count | None = None
    status: TaskStatus = "completed"
    progress: Annotated[int, Field(ge=0, le=100)] = 0
    current_step: Text | None = None
    total_files: Count = 0
    total_lines: Count = 0
    total_issues: Count = 0
    critical_issues: Count = 0
    high_issues: Count = 0
    medium_issues: Count = 0
    low_issues: Count = 0
    overall_score: Annotated[float, Field(ge=0, le=100)] | None = None
    error_message: Text | None = None
    created_at: Moment | None = None
    started_at: Moment | None = None
    completed_at: Moment | None = None


class IssueRecord(KeptRecord):
    task_id: DocumentId
    title: Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=NO_NUL)]
    description: Text | None = None
    severity: Severity = "medium"
    category: Short = "other"
    status: IssueStatus = "open"
    file_path: Text | None = None
    line_start: Line | None = None
    line_end: Line | None = None
    code_snippet: Text | None = None
    suggestion: Text | None = None
    rule_id: Short | None = None
    agent_name: Short | None = None
    created_at: Moment | None = None
    updated_at: Moment | None = None
    resolved_at: Moment | None = None


class Contents(BaseModel):
    user: JsonObject | None = None
    projects: list[ProjectRecord] = Field(default_factory=list)
    audit_tasks: list[TaskRecord] = Field(default_factory=list)
    audit_issues: list[IssueRecord] = Field(default_factory=list)
    settings: FreeObject | None = None


class Document(BaseModel):
    schema_version: Literal["2.0.0"]
    export_timestamp: Moment | None = None
    user_id: DocumentId | None = None
    data: Contents
    statistics: JsonObject | None = None

    @model_validator(mode="after")
    def _refer_to_what_is_there(self) -> Self:
        data = self.data
        projects = _keys("project", data.projects)
        tasks = _keys("task", data.audit_tasks)
        _keys("issue", data.audit_issues)
        _present("task", ((task.key, str(task.project_id)) for task in data.audit_tasks), "project", projects)
        _present("issue", ((issue.key, str(issue.task_id)) for issue in data.audit_issues), "task", tasks)
        return self

    @model_validator(mode="after")
    def _keep_its_promise(self) -> Self:
        """A document that announces more rows than it has was cut off somewhere."""
        data = self.data
        held: dict[str, Sequence[KeptRecord]] = {
            "projects": data.projects,
            "tasks": data.audit_tasks,
            "issues": data.audit_issues,
        }
        for what, rows in held.items():
            announced = (self.statistics or {}).get(f"total_{what}", len(rows))
            if announced != len(rows):
                raise ValueError(f"statistics on_ready {announced} {what}, the document has {len(rows)}")
        return self


def _keys(what: str, records: Sequence[KeptRecord]) -> set[str]:
    keys = {record.key for record in records}
    if len(keys) < len(records):
        raise ValueError(f"two records share one {what} id")
    return keys


def _present(what: str, references: Iterable[tuple[str, str]], whole: str, known: set[str]) -> None:
    for key, reference in references:
        if reference not in known:
            raise ValueError(f"{what} {key} refers to {whole} {reference}, which is not in the document")


class ExportRequest(Body):
    include_projects: bool = True
    include_tasks: bool = True
    include_issues: bool = True
    include_settings: bool = True


class ImportRequest(Body):
    """data is an export document; skip_existing leaves out projects whose name the owner already has."""

    data: JsonObject
    skip_existing: bool = False


class ImportCounts(BaseModel):
    projects: int
    tasks: int
    issues: int
    skipped_projects: int
    skipped_tasks: int
    skipped_issues: int
    errors: list[str]


class Imported(BaseModel):
    status: Literal["success"]
    message: str
    statistics: ImportCounts


class Validation(BaseModel):
    valid: bool
    message: str
    errors: list[str]


class ExportedContents(BaseModel):
    user: JsonObject
    projects: list[JsonObject]
    audit_tasks: list[JsonObject]
    audit_issues: list[JsonObject]
    settings: JsonObject | None


class Export(BaseModel):
    schema_version: Literal["2.0.0"]
    export_timestamp: datetime
    user_id: int
    data: ExportedContents
    statistics: dict[str, int]
