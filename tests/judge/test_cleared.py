"""What is left to judge after somebody cleared a trigger."""

import pytest

from rollout.judge.cleared import after
from tests.judge.ledgers import NOW
from tests.properties.ledgers import good


@pytest.mark.parametrize(("later", "left"), [(-1.0, 1), (0.0, 0), (1.0, 0)])
def test_a_run_whose_newest_evidence_was_there_is_gone(later: float, left: int) -> None:
    """
    What was seen at the very moment of the clearing was seen by whoever cleared.
    """
    run = good("watch", 1, NOW - 5000)
    assert len(after([run], run.newest + later)) == left


def test_what_people_say_stays() -> None:
    """
    A clearing forgives what was measured, not what was refused.
    """
    run = good("attest", 1, NOW - 5000)
    assert len(after([run], NOW)) == 1
