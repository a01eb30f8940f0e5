"""The published operations are there, and none that only reads breaks on odd input."""

from collections.abc import Callable

import pytest

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
    missing = [str(one) for one in undescribed(described) if one.path.startswith(API) and is_absent(api, one)]
    assert not missing, f"the API: got no {', '.join(missing)}, want every published operation"


def is_absent(api: Api, operation: Operation) -> bool:
    """Whether an operation that is not described is not there either, by a GET of its path; if that does not tell, it is."""
    if operation.method == "GET" and operation.places:
        return True  # a 404 is about the object
    status = api.get(operation.filled().removeprefix(API)).status_code
    return status in (ABSENT, OTHER_METHOD) if operation.method == "GET" else status != OTHER_METHOD
