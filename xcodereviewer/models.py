"""Models of the API's answers, with the fields that this suite uses."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, RootModel, SecretStr

Item = TypeVar("Item")
TaskStatus = Literal["pending", "running", "completed", "failed", "cancelled"]
IssueStatus = Literal["open", "in_progress", "resolved", "ignored", "false_positive"]
Format = Literal["json", "markdown", "pdf"]
Id = int | str  # a number, or a UUID


class ApiPart(BaseModel):
    """A frozen part of an answer; fields without a declaration here are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Health(ApiPart):
    status: str
    version: str


class Readiness(ApiPart):
    status: str
    checks: dict[str, str] = {}


class Person(ApiPart):
    id: Id
    email: str
    username: str
    role: str
    is_active: bool


class Tokens(ApiPart):
    access_token: SecretStr
    refresh_token: SecretStr
    token_type: str


class Page(ApiPart, Generic[Item]):
    items: tuple[Item, ...]
    total: int
    page: int
    page_size: int


class Project(ApiPart):
    id: Id
    name: str
    description: str | None = None
    source_type: str
    status: str
    owner_id: Id


class Task(ApiPart):
    id: Id
    project_id: Id
    status: TaskStatus
    progress: int
    current_step: str | None = None
    overall_score: float | None = None
    error_message: str | None = None
    total_issues: int = 0

    @property
    def over(self) -> bool:
        """Whether the review has ended."""
        return self.status in ("completed", "failed", "cancelled")


class Issue(ApiPart):
    id: Id
    task_id: Id
    title: str
    severity: str
    category: str
    status: IssueStatus
    file_path: str | None = None
    line_start: int | None = None


class Comment(ApiPart):
    id: Id
    content: str


class Report(ApiPart):
    id: Id
    task_id: Id
    format: Format
    status: str


class Overview(ApiPart):
    total_projects: int
    total_tasks: int
    running_tasks: int
    completed_tasks: int
    total_issues: int
    critical_issues: int
    open_issues: int
    average_score: float | None = None


class Exposure(ApiPart):
    flags: dict[str, bool]
    percentage: float | None = None


class ErrorSummary(ApiPart):
    total: int
    critical: int
    items: tuple[dict[str, Any], ...] = ()


class Results(ApiPart):
    total_issues: int


class Discussed(Issue):
    comments: tuple[Comment, ...] = ()


class Agent(ApiPart):
    name: str


class Agents(RootModel[tuple[Agent, ...] | dict[str, tuple[Agent, ...]]]):
    """The agents, as a list or as the only field of an object."""

    @property
    def names(self) -> list[str]:
        listed = self.root.get("agents", ()) if isinstance(self.root, dict) else self.root
        return [agent.name for agent in listed]


class Analysis(ApiPart):
    issues: tuple[dict[str, Any], ...]


class CacheCounters(ApiPart):
    """The counters of the cache: the backend's own, or those of the Redis server."""

    hits: int | None = None
    keyspace_hits: int | None = None

    @property
    def used(self) -> int | None:
        return self.hits if self.hits is not None else self.keyspace_hits


class Component(ApiPart):
    healthy: bool


class SystemHealth(ApiPart):
    healthy: bool
    components: dict[str, Component]


class RefusalBody(ApiPart):
    detail: Any


class Switches(ApiPart):
    percentage: int
    internal_users: tuple[str, ...] = ()
    use_backend_api: bool = True
