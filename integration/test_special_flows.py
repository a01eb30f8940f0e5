"""Flows beside the ordinary ones do not break: resets, confirmations, exports, downloads."""

from collections.abc import Callable

import pytest

from rollout.target.answer import expect_as
from rollout.target.curl import as_curl
from rollout.target.openapi import Operation, Schema
from xcodereviewer.api import Api
from xcodereviewer.fixtures.users import strong_password
from xcodereviewer.migration import Export
from xcodereviewer.object_kinds import Objects
from xcodereviewer.special_flows import special
from xcodereviewer.target import XcrTarget
from xcodereviewer.unique_names import fresh_name

pytestmark = [
    pytest.mark.criterion("features-functional"),
    pytest.mark.promise(
        'api: Validation error: 422 `{"detail": [...]}`; own errors `{"error": {"code", "message", "details"}}`; unhandled 500.'
    ),
]
Record = Callable[[str, object], None]


def test_no_special_flow_ends_in_a_server_error(
    newcomer: Api,
    every_operation: list[Operation],
    openapi: Schema,
    target: XcrTarget,
    record_property: Record,
) -> None:
    """
    Whatever resets, confirms, exports or downloads answers an ordinary request of a user without a server error.
    """
    flows = [one for one in special(every_operation) if not one.among(target.admin_operations)]
    me = newcomer.me()
    ids = {"users": str(me.id), "projects": str(newcomer.new_project(fresh_name()).id)}
    strong = dict.fromkeys(("password", "new_password"), strong_password().get_secret_value())
    facts = {"email": me.email, "username": me.username, **strong}
    person = Objects(newcomer, every_operation, openapi, ids, facts)
    answers = [person.ask(operation) for operation in flows]
    record_property("special_operations_count", len(flows))
    broken = [f"{answer.status_code} by {as_curl(answer.request)}" for answer in answers if answer.is_server_error]
    assert not broken, f"{len(broken)} of {len(flows)} special flows: got {'; '.join(broken)}, want no server error"


@pytest.mark.promise("api: GET /api/v1/migration/export/download")
def test_an_export_is_downloaded_as_a_document(newcomer: Api) -> None:
    """
    The file of an export is a document with the project that was just made.
    """
    project = newcomer.new_project(fresh_name())
    document = expect_as(Export, newcomer.get("/migration/export/download"))
    assert [row.name for row in document.data.projects] == [project.name]
