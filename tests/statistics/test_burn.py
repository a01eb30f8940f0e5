"""Burn rates by the table of the objective's own window."""

import pytest

from rollout.statistics.burn_rate import burning, pairs

HOUR = 3600.0
SHARE = 0.001


@pytest.mark.parametrize(
    ("hours", "factors"), [(48, [4.8, 2, 1]), (72, [7.2, 3, 1]), (168, [16.8, 7, 1])], ids=["48 h", "72 h", "1 week"]
)
def test_the_factors_depend_on_the_window(hours: float, factors: list[float]) -> None:
    """
    A tenth in an hour, a quarter in six, half in half the window: the table of docs/statistics.md.
    """
    window = hours * HOUR
    assert [pair.factor(window) for pair in pairs(window)] == pytest.approx(factors)
    assert [pair.short_s for pair in pairs(window)] == [300, 1800, window / 16]


@pytest.mark.parametrize("hours", [0.1, 1, 10])
def test_a_short_window_has_no_pair_that_a_kept_budget_may_reach(hours: float) -> None:
    """
    A tenth of the budget of ten hours in an hour is what the budget allows.
    """
    assert [pair.share for pair in pairs(hours * HOUR)] == [0.5]


def down(seconds: float, ago_s: float = 0.0) -> list[tuple[float, float]]:
    """One break of some *seconds* that ended *ago_s* before now, in a window of 48 h."""
    return [(48 * HOUR - ago_s, seconds), (48 * HOUR, 0.0)]


@pytest.mark.parametrize(
    ("seconds", "ago_s", "share"),
    [
        pytest.param(17.2, 0, None, id="just below a tenth"),
        pytest.param(17.4, 0, 0.10, id="just above a tenth"),
        pytest.param(40, 290, 0.10, id="still within five minutes"),
        pytest.param(40, 300, None, id="over for five minutes"),
        pytest.param(40, 299.9, 0.10, id="not quite"),
        pytest.param(40, 310, None, id="over for more than five minutes"),
        pytest.param(50, 310, 0.25, id="a quarter, half an hour not over"),
        pytest.param(50, 1810, None, id="over for more than half an hour"),
        pytest.param(90, 1810, 0.50, id="half of it, three hours not over"),
        pytest.param(90, 3 * HOUR + 1, None, id="over for more than three hours"),
    ],
)
def test_a_burn_is_exceeded_in_both_windows(seconds: float, ago_s: float, share: float | None) -> None:
    """
    The budget of 48 h under 99.9 % is 172.8 s; what is over accuses no more.
    """
    found = burning(down(seconds, ago_s), SHARE, 48 * HOUR)
    assert (found.pair.share if found else None) == share


def test_a_burn_tells_its_numbers() -> None:
    """
    A minute of being down is a third of the budget.
    """
    found = burning(down(60), SHARE, 48 * HOUR)
    assert found is not None
    assert (found.used, found.long, found.short) == pytest.approx((60 / 172.8, 60 / 3.6, 60 / 0.3))


def test_nothing_seen_burns_nothing() -> None:
    """
    Without a slot there is no burn.
    """
    assert burning([], SHARE, HOUR) is None
