"""Types that several parts of the API share."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

LARGEST_ID = 2**31 - 1
NO_NUL = r"^[^\x00]*$"
"""PostgreSQL stores every character but this one."""

Text = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=100_000)]
Name = Annotated[str, StringConstraints(pattern=NO_NUL, min_length=1, max_length=255)]
Short = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=255)]
Url = Annotated[str, StringConstraints(pattern=NO_NUL, max_length=500)]


def _whole(value: object) -> object:
    """To JSON 7.0 is as whole as 7; true is no number and "7" is a text."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Id = Annotated[int, Field(ge=1, le=LARGEST_ID, strict=True), BeforeValidator(_whole)]
Percentage = Annotated[int, Field(ge=0, le=100, strict=True), BeforeValidator(_whole)]
PathId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
QueryId = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
Page = Annotated[int, Query(ge=1, le=1_000_000)]
PageSize = Annotated[int, Query(ge=1, le=100)]
Search = Annotated[str | None, Query(max_length=255, pattern=NO_NUL)]

Severity = Literal["critical", "high", "medium", "low"]
IssueStatus = Literal["open", "in_progress", "resolved", "ignored", "false_positive"]
TaskStatus = Literal["pending", "running", "completed", "failed", "cancelled"]
JsonObject = dict[str, Any]


class Body(BaseModel):
    """A request body: a misspelt field or a number in quotes is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Paged(BaseModel):
    total: int
    page: int
    page_size: int
