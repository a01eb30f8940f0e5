"""Would anybody hear of an error? One test event is sent, marked as such."""

from collections.abc import Callable

import pytest

from rollout.target import Action
from rollout.target.answer import asked, expect_as
from rollout.target.obstacle import needed
from rollout.target.permission import Guard
from rollout.target.sentry import Accepted, new_event, post
from xcodereviewer.configuration import Configuration
from xcodereviewer.target import XcrTarget

pytestmark = [
    pytest.mark.criterion("error-tracking-configured"),
    pytest.mark.promise("plan: Error tracking configured (Sentry)"),
]
Record = Callable[[str, object], None]


def test_a_test_event_is_accepted(target: XcrTarget, record_property: Record) -> None:
    """
    The server behind the DSN takes an event of Sentry's own client, and says so by the event's id.
    """
    dsn = needed(target, "sentry_dsn")
    event_id, envelope = new_event(dsn, target.release or "unknown", target.environment)
    answer = post(dsn, envelope, Guard(target), Action.WRITE)
    record_property("sentry.answer_ms", round(answer.elapsed.total_seconds() * 1000, 1))
    accepted = expect_as(Accepted, answer)
    assert accepted.id == event_id, f"{asked(answer.request)}: got the id {accepted.id!r}, want {event_id!r}"


def test_the_backend_has_a_dsn(configuration: Configuration) -> None:
    """
    The backend itself is configured to report its errors.
    """
    assert configuration.sentry_configured, "the backend's SENTRY_DSN: got none, want one"
