"""Ordinary work leaves no trace among the critical errors, however good its answers look."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from rollout.target.http import Client
from xcodereviewer.api import Api
from xcodereviewer.error_counts import errors_within
from xcodereviewer.models import Task
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.promise("plan: No critical errors")
Record = Callable[[str, object], None]
ROUNDS = 20
WINDOW = timedelta(hours=1)


@pytest.mark.criterion("no-critical-errors")
def test_ordinary_work_logs_no_critical_error(
    admin: Api, anonymous: Client, target: XcrTarget, reviewer: Api, completed: Task, record_property: Record
) -> None:
    """
    After a review, and lists and issues read again and again, no more critical errors are logged than before.
    """
    before = errors_within(WINDOW, admin, anonymous, target)
    for _ in range(ROUNDS):
        reviewer.projects()
        reviewer.issues(task_id=completed.id)
        reviewer.overview()
    after = errors_within(WINDOW, admin, anonymous, target)
    record_property("errors.critical_gained_count", after.critical - before.critical)
    assert after.critical <= before.critical, f"got {after.critical - before.critical} more; latest: {after.latest}"
