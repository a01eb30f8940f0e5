"""Were the secrets renewed in time?"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from rollout.target.obstacle import NotConfigured
from rollout.values import as_text
from xcodereviewer.configuration import Configuration
from xcodereviewer.target import XcrTarget

DAY_S = 86400
Record = Callable[[str, object], None]


@pytest.mark.criterion("secrets-rotated")
def test_all_secrets_are_young_enough(target: XcrTarget, configuration: Configuration, record_property: Record) -> None:
    """
    The last rotation, by the backend's word and by the target file's where it has one, is within the rotation period.
    """
    said = [text for text in (configuration.secrets_rotated_at, target.secrets_rotated_at) if text]
    if not said:
        raise NotConfigured(target, "secrets_rotated_at")
    ages_s = [(datetime.now(UTC) - moment(text)).total_seconds() for text in said]
    record_property("secrets.age_days", round(max(ages_s) / DAY_S, 2))
    most = as_text(target.secrets_max_age)
    assert max(ages_s) <= target.secrets_max_age, f"secrets: got a rotation at {said}, want one within {most}"
    assert min(ages_s) >= -DAY_S, f"secrets: got a rotation at {said}, want one in the past"


def moment(text: str) -> datetime:
    """A date or time in ISO form; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise AssertionError(f"secrets_rotated_at: got {text!r}, want an ISO date") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
