"""None of the operations that change something breaks on odd input: beside the reading ones, since both take seconds."""

from collections.abc import Callable

import pytest

pytestmark = [
    pytest.mark.criterion("features-functional"),
    pytest.mark.promise(
        'api: Validation error: 422 `{"detail": [...]}`; own errors `{"error": {"code", "message", "details"}}`; unhandled 500.'
    ),
]


def test_no_changing_operation_breaks(call_oddly: Callable[[bool], None]) -> None:
    """
    Every operation that changes something answers odd input without a server error, where the target allows it.
    """
    call_oddly(False)
