"""Were the secrets renewed in time?"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from rollout.target.obstacle import Obstacle
from rollout.values import as_text
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.promise("plan: All secrets rotated")
DAY_S = 86400
WAY_OUT = "let the backend tell an ISO date of the last rotation, or none and set `secrets_rotated_at`"
Record = Callable[[str, object], None]


@pytest.mark.criterion("secrets-rotated")
def test_all_secrets_are_young_enough(target: XcrTarget, rotation_said: list[str], record_property: Record) -> None:
    """
    The last rotation, by the backend's word and by the target file's where they tell it, is within the rotation period.
    """
    ages_s = [(datetime.now(UTC) - moment(text)).total_seconds() for text in rotation_said]
    record_property("secrets.age_days", round(max(ages_s) / DAY_S, 2))
    most = as_text(target.secrets_max_age)
    assert max(ages_s) <= target.secrets_max_age, f"secrets: got a rotation at {rotation_said}, want one within {most}"
    assert min(ages_s) >= -DAY_S, f"secrets: got a rotation at {rotation_said}, want one in the past"


def moment(text: str) -> datetime:
    """A date or time in ISO form; without a zone it is UTC. Obstacle if the backend tells it otherwise."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Obstacle(f"the backend's secrets_rotated_at: got {text!r}, want an ISO date", WAY_OUT) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
