"""Projects as clients send and see them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from standin.app.schemas.common import Body, Name, Paged, Short, Text, Url

SourceType = Literal["github", "gitlab", "zip", "local"]
ProjectStatus = Literal["active", "inactive", "archived"]
Languages = Annotated[list[Short], Field(max_length=50)]


class ProjectCreate(Body):
    name: Name
    source_type: SourceType
    description: Text | None = None
    source_url: Url | None = None
    repository_name: Short | None = None
    branch: Short = "main"
    programming_languages: Languages = Field(default_factory=list)


class ProjectUpdate(Body):
    """Only what is given changes."""

    name: Name | None = None
    description: Text | None = None
    source_type: SourceType | None = None
    source_url: Url | None = None
    repository_name: Short | None = None
    branch: Short | None = None
    programming_languages: Languages | None = None
    status: ProjectStatus | None = None


class Project(BaseModel):
    id: int
    owner_id: int
    name: str
    description: str | None
    source_type: SourceType
    source_url: str | None
    repository_name: str | None
    branch: str
    programming_languages: list[str]
    status: str
    total_files: int
    total_lines: int
    created_at: datetime
    updated_at: datetime
    last_scanned_at: datetime | None


class ProjectPage(Paged):
    items: list[Project]
