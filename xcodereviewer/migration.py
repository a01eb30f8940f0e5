"""Import and export by the API, with models of the parts of the answers that are compared."""

from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict

from rollout.target.answer import expect_as
from rollout.target.http import at_most
from rollout.values import MIB
from xcodereviewer.api import Api
from xcodereviewer.import_counts import counted
from xcodereviewer.models import ApiPart

Document = dict[str, Any]
LARGE = at_most(100 * MIB)
IMPORT_S = 120.0
MIGRATION = "/migration"


class DocumentRow(BaseModel):
    """A row of a document: its id and any other fields."""

    model_config = ConfigDict(extra="allow")

    id: int | str


class ProjectRow(DocumentRow):
    name: str


class TaskRow(DocumentRow):
    name: str
    project_id: int | str


class IssueRow(DocumentRow):
    title: str
    task_id: int | str


class Contents(BaseModel):
    projects: list[ProjectRow]
    audit_tasks: list[TaskRow]
    audit_issues: list[IssueRow]


class Export(BaseModel):
    """A document that can be compared with another one."""

    schema_version: str
    data: Contents


class Validation(ApiPart):
    valid: bool
    errors: tuple[Any, ...] = ()


class Imported(ApiPart):
    """The answer to an import, which contains the numbers of stored rows under some names."""

    model_config = ConfigDict(extra="allow", frozen=True)

    def counted(self, what: str) -> object:
        """The number of stored rows of a kind; None if the answer does not contain it."""
        return counted(self.model_extra or {}, what)


def imported(api: Api, document: Any) -> httpx.Response:
    """The answer to the import of a document."""
    body = {"data": document, "skip_existing": False}
    return api.request("POST", f"{MIGRATION}/import", json=body, timeout=IMPORT_S)


def uploaded(api: Api, content: bytes) -> httpx.Response:
    """The answer to the upload of a file."""
    files = {"file": ("export.json", content, "application/json")}
    return api.request("POST", f"{MIGRATION}/import/upload", files=files, timeout=IMPORT_S)


def exported(api: Api) -> Document:
    """The export of all data of an account."""
    answer = api.request("POST", f"{MIGRATION}/export", json={}, timeout=IMPORT_S, extensions=LARGE)
    expect_as(Export, answer)
    document: Document = answer.json()
    return document
