"""Was the last hour free of critical errors?"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from rollout.target.http import Client
from rollout.target.obstacle import Obstacle, place
from xcodereviewer.api import Api
from xcodereviewer.error_counts import errors_within
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.promise("plan: No critical errors")
Record = Callable[[str, object], None]
WINDOW = timedelta(hours=1)


@pytest.mark.criterion("no-critical-errors")
def test_no_critical_error_was_logged(
    admin: Api, anonymous: Client, target: XcrTarget, record_property: Record
) -> None:
    """
    The error log of the last hour has no critical entry; a backend without one is judged by its 5xx answers of that hour.
    """
    errors = errors_within(WINDOW, admin, anonymous, target)
    record_property("errors.critical_count", errors.critical)
    if errors.critical and not errors.dated:
        cause = (
            f"got {errors.critical} answers of 5xx since the backend started, and nothing tells which are of {WINDOW}"
        )
        raise Obstacle(cause, f"set {place(target, 'prometheus_url')}")
    assert errors.critical == 0, (
        f"got {errors.critical} critical errors in {WINDOW}, want none; latest: {errors.latest}"
    )
