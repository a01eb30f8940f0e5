"""Reports as clients ask for and see them."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from standin.app.schemas.common import Body, Id, Paged

Format = Literal["json", "markdown", "pdf"]


class ReportCreate(Body):
    task_id: Id
    format: Format = "json"


class Report(BaseModel):
    id: int
    task_id: int
    created_by: int | None
    format: Format
    status: Literal["pending", "generating", "completed", "failed"]
    file_size: int | None
    download_url: str | None
    error_message: str | None
    created_at: datetime
    completed_at: datetime | None


class ReportPage(Paged):
    items: list[Report]
