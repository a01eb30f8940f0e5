"""The published operations are there, and none that only reads breaks on odd input."""

from collections.abc import Callable

import pytest

from rollout.target.obstacle import Obstacle
from rollout.target.openapi import Operation, document_of, operations
from xcodereviewer.api import API, Api
from xcodereviewer.published import undescribed
from xcodereviewer.target import XcrTarget

pytestmark = [
    pytest.mark.criterion("features-functional"),
    pytest.mark.promise(
        'api: Validation error: 422 `{"detail": [...]}`; own errors `{"error": {"code", "message", "details"}}`; unhandled 500.'
    ),
]
ABSENT = 404
OTHER_METHOD = 405
WAY_OUT = "let the OpenAPI document describe every operation"


def test_no_reading_operation_breaks(call_oddly: Callable[[bool], None]) -> None:
    """
    Every GET answers odd input without a server error; a finding comes with the command that repeats it.
    """
    call_oddly(True)


@pytest.mark.promise("api: OpenAPI document at `/api/v1/openapi.json`.")
def test_every_published_operation_is_there(reachable: XcrTarget, api: Api) -> None:
    """
    The document describes every operation that is published, or a read of its path is answered by something that is there.
    """
    described = operations(document_of(api.client.get(reachable.openapi_path)))
    told = {one: is_there(api, one) for one in undescribed(described) if one.path.startswith(API)}
    missing = [str(one) for one, there in told.items() if there is False]
    assert not missing, f"the API: got no {', '.join(missing)}, want every published operation"
    if untold := [str(one) for one, there in told.items() if there is None]:
        raise Obstacle(f"a GET of its path does not tell whether it is there: {', '.join(untold)}", WAY_OUT)


def is_there(api: Api, operation: Operation) -> bool | None:
    """Whether an operation that is not described is there, by a GET of its path; None where that does not tell."""
    status = api.get(operation.filled().removeprefix(API)).status_code
    if status == ABSENT:
        return None if operation.places else False  # with a place in its path it may be about the object
    if operation.method == "GET":
        return status != OTHER_METHOD
    return True if status == OTHER_METHOD else None
