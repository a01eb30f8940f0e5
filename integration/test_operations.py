"""The published operations are there, and none of the target's own OpenAPI document breaks on odd input."""

from collections.abc import Callable

import pytest

from rollout.target.openapi import Operation, Schema, document_of, operations
from xcodereviewer.api import API, Api
from xcodereviewer.fuzz import Fuzz
from xcodereviewer.models import Task
from xcodereviewer.published import undescribed
from xcodereviewer.target import XcrTarget

pytestmark = [
    pytest.mark.criterion("features-functional"),
    pytest.mark.promise(
        'api: Validation error: 422 `{"detail": [...]}`; own errors `{"error": {"code", "message", "details"}}`; unhandled 500.'
    ),
]
Record = Callable[[str, object], None]
EXAMPLES = 4
SECONDS = 6.0
ABSENT = 404


@pytest.fixture
def fuzz(api: Api, reviewed: Task, openapi: Schema) -> Fuzz:
    """Odd calls by a person who owns a project, a review, issues and a report."""
    report = api.new_report(reviewed, "json")
    issue = api.issues(task_id=reviewed.id).items[0]
    ids = {"project_id": reviewed.project_id, "task_id": reviewed.id, "issue_id": issue.id, "report_id": report.id}
    own_session = Api(api.client, api.name, api.password)
    return Fuzz(own_session, openapi, ids, EXAMPLES, SECONDS)


def test_no_reading_operation_breaks(fuzz: Fuzz, record_property: Record) -> None:
    """
    Every GET answers odd input without a server error; a finding comes with the command that repeats it.
    """
    run(fuzz, True, record_property)


def test_no_changing_operation_breaks(fuzz: Fuzz, record_property: Record) -> None:
    """
    Every operation that changes something answers odd input without a server error, where the target allows it.
    """
    run(fuzz, False, record_property)


@pytest.mark.promise("api: OpenAPI document at `/api/v1/openapi.json`.")
def test_every_published_operation_is_there(reachable: XcrTarget, api: Api) -> None:
    """
    The document describes every operation that is published, or a read of it is answered.
    """
    described = operations(document_of(api.client.get(reachable.openapi_path)))
    missing = [str(one) for one in undescribed(described) if one.path.startswith(API) and is_absent(api, one)]
    assert not missing, f"the API: got no {', '.join(missing)}, want every published operation"


def is_absent(api: Api, operation: Operation) -> bool:
    """Whether an operation that is not described is not there either; of one that changes something it is believed."""
    if operation.method != "GET" or operation.places:
        return True
    return api.get(operation.path.removeprefix(API)).status_code == ABSENT


def run(fuzz: Fuzz, reading: bool, record_property: Record) -> None:
    """Call the operations and say how many there were."""
    operations = fuzz.operations(reading)
    fuzz.run(operations)
    sent = sum(fuzz.statuses.values())
    record_property(f"fuzz.{'reading' if reading else 'changing'}_operations_count", len(fuzz.called))
    record_property(f"fuzz.{'reading' if reading else 'changing'}_calls_count", sent)
    assert operations, "the OpenAPI document: got no operation, want some"
    assert not fuzz.surprises, fuzz.told
    assert fuzz.limited * 10 <= sent, f"{fuzz.limited} of {sent} calls met only the rate limiter"
