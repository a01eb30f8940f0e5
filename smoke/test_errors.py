"""Was the last hour free of critical errors?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from rollout.target import Target
from rollout.target.answer import expect, expect_as
from rollout.target.api import Api
from rollout.target.counters import server_errors
from rollout.target.http import Client
from rollout.target.models import ErrorSummary

Record = Callable[[str, object], None]
WINDOW = timedelta(hours=1)


@pytest.mark.criterion("no-critical-errors")
def test_no_critical_error_was_logged(admin: Api, anonymous: Client, target: Target, record_property: Record) -> None:
    """
    The error log of the last hour has no critical entry; a backend without one is judged by its 5xx counters.
    """
    since = (datetime.now(UTC) - WINDOW).isoformat()
    answer = expect(admin.get("/monitoring/errors", since=since), 200, 404)
    if answer.status_code == 404:
        count, latest = server_errors(anonymous, target, WINDOW), ""
    else:
        summary = expect_as(ErrorSummary, answer)
        record_property("errors.logged_count", summary.total)
        count, latest = summary.critical, str(next(iter(summary.items), ""))
    record_property("errors.critical_count", count)
    assert count == 0, f"got {count} critical errors in {WINDOW}, want none; latest: {latest}"
