"""What the API's answers hold, as far as somebody here reads it."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, RootModel, SecretStr

Item = TypeVar("Item")
TaskStatus = Literal["pending", "running", "completed", "failed", "cancelled"]
IssueStatus = Literal["open", "in_progress", "resolved", "ignored", "false_positive"]
Format = Literal["json", "markdown", "pdf"]
Id = int | str  # a number, or a UUID


class Part(BaseModel):
    """A frozen answer; fields that nobody reads may come and go."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Health(Part):
    status: str
    version: str


class Readiness(Part):
    status: str
    checks: dict[str, str] = {}


class Person(Part):
    id: Id
    email: str
    username: str
    role: str
    is_active: bool


class Tokens(Part):
    access_token: SecretStr
    refresh_token: SecretStr
    token_type: str


class Page(Part, Generic[Item]):
    items: tuple[Item, ...]
    total: int
    page: int
    page_size: int


class Project(Part):
    id: Id
    name: str
    description: str | None = None
    source_type: str
    status: str
    owner_id: Id


class Task(Part):
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
        """Whether nothing more will happen."""
        return self.status in ("completed", "failed", "cancelled")


class Issue(Part):
    id: Id
    task_id: Id
    title: str
    severity: str
    category: str
    status: IssueStatus
    file_path: str | None = None
    line_start: int | None = None


class Comment(Part):
    id: Id
    content: str


class Report(Part):
    id: Id
    task_id: Id
    format: Format
    status: str


class Overview(Part):
    total_projects: int
    total_tasks: int
    running_tasks: int
    completed_tasks: int
    total_issues: int
    critical_issues: int
    open_issues: int
    average_score: float | None = None


class Exposure(Part):
    flags: dict[str, bool]
    percentage: float | None = None


class ErrorSummary(Part):
    total: int
    critical: int
    items: tuple[dict[str, Any], ...] = ()


class Results(Part):
    total_issues: int


class Discussed(Issue):
    comments: tuple[Comment, ...] = ()


class Agent(Part):
    name: str


class Agents(RootModel[tuple[Agent, ...] | dict[str, tuple[Agent, ...]]]):
    """The agents, as a list or as the only field of an object."""

    @property
    def names(self) -> list[str]:
        listed = self.root.get("agents", ()) if isinstance(self.root, dict) else self.root
        return [agent.name for agent in listed]


class Analysis(Part):
    issues: tuple[dict[str, Any], ...]


class CacheCounters(Part):
    """What the cache counts; a backend that does not count itself gives the server's numbers."""

    hits: int | None = None
    keyspace_hits: int | None = None

    @property
    def used(self) -> int | None:
        return self.hits if self.hits is not None else self.keyspace_hits


class Component(Part):
    healthy: bool


class SystemHealth(Part):
    healthy: bool
    components: dict[str, Component]


class Refusal(Part):
    detail: Any


class Switches(Part):
    percentage: int
    internal_users: tuple[str, ...] = ()
    use_backend_api: bool = True
