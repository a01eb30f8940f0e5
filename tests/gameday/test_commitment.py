"""What is hidden in a round is bound before anything happens, and tells nothing until it is opened."""

from random import Random

import pytest

from rollout.gameday.commitment import Hidden, WrongOpening, hide, refuse_wrong_opening
from tests.gameday.rounds import HIDDEN, NOTHING, committed, opened

FAULTS = ["errors-10-percent", "redis-full", "write-altered"]


def test_what_was_committed_to_can_be_opened() -> None:
    """
    A fault, and nothing.
    """
    refuse_wrong_opening(committed(), opened())
    refuse_wrong_opening(committed(NOTHING), opened(NOTHING))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(Hidden("stall", HIDDEN.after_s, HIDDEN.salt), id="another fault"),
        pytest.param(NOTHING, id="nothing instead of a fault"),
        pytest.param(Hidden(HIDDEN.fault, HIDDEN.after_s + 1, HIDDEN.salt), id="another moment"),
        pytest.param(Hidden(HIDDEN.fault, HIDDEN.after_s, "other"), id="another salt"),
    ],
)
def test_nothing_can_be_changed_after_the_commitment(other: Hidden) -> None:
    """
    Each part of an opening is bound, in both directions.
    """
    with pytest.raises(WrongOpening, match="the opening does not fit the commitment"):
        refuse_wrong_opening(committed(), opened(other))
    with pytest.raises(WrongOpening, match="the opening does not fit the commitment"):
        refuse_wrong_opening(committed(other), opened())


def test_a_commitment_cannot_be_found_out_by_trying_every_name() -> None:
    """
    The same fault at the same moment has another hash each time.
    """
    same = [Hidden("redis-full", 5.0) for _ in range(3)]
    assert len({each.commitment() for each in same}) == 3
    assert all(len(each.salt) == 64 for each in same)


def test_what_is_hidden_is_not_shown_by_accident() -> None:
    """
    A traceback or a log line with it tells nothing.
    """
    assert repr(HIDDEN) == "Hidden()"


def test_a_quarter_of_the_rounds_hides_nothing_and_the_others_hide_every_fault() -> None:
    """
    At a moment that leaves more than half of the round to notice it; a series with the same seed is the same.
    """
    draw = Random(1)
    rounds = [hide(FAULTS, 40, draw) for _ in range(2000)]
    names = [each.fault for each in rounds]
    assert 0.22 < names.count("") / len(names) < 0.28
    assert set(names) == {"", *FAULTS}
    assert all(5 <= each.after_s <= 16 for each in rounds)
    again = Random(1)
    assert [hide(FAULTS, 40, again).fault for _ in range(50)] == names[:50]
