"""How latencies are spread: quantiles of what was answered, in milliseconds, and what is no histogram."""

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram

from rollout.judge.latency_spread import LONGEST_TEXT, NoHistogram, Spread, spread, together

ONE_TO_FOUR = Spread(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4))


@pytest.mark.parametrize(
    ("percent", "ms"), [(1, 1.0), (25, 1.0), (25.1, 2.0), (50, 2.0), (75, 3.0), (76, 4.0), (100, 4.0)]
)
def test_a_quantile_is_an_answer_that_so_many_did_not_exceed(percent: float, ms: float) -> None:
    """
    Of four answers the first makes a quarter, and the next one begins just beyond it.
    """
    assert ONE_TO_FOUR.quantile(percent) == ms


def test_a_spread_counts_its_answers() -> None:
    """
    Several answers may have taken the same time.
    """
    found = Spread(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert (found.total, found.quantile(42), found.quantile(43)) == (7, 1.0, 2.0)


def test_several_spreads_add_up() -> None:
    """
    What took the same time in both is one entry, and an empty one adds nothing.
    """
    other = Spread(np.array([2.0, 9.0]), np.array([5.0, 1.0]))
    found = together([ONE_TO_FOUR, Spread(np.zeros(0), np.zeros(0)), other])
    assert found is not None
    assert found.ms.tolist() == [1.0, 2.0, 3.0, 4.0, 9.0]
    assert found.counts.tolist() == [1.0, 6.0, 1.0, 1.0, 1.0]


def test_spreads_without_an_answer_are_none() -> None:
    """
    Nothing has no quantile.
    """
    assert together([Spread(np.zeros(0), np.zeros(0))]) is None
    assert together([]) is None


def test_a_histogram_in_microseconds_is_read_in_milliseconds() -> None:
    """
    To three digits, each value once for each answer.
    """
    histogram = HdrHistogram(1, 3_600_000_000, 3)
    for us in (23_000, 23_000, 470_000):
        histogram.record_value(us)
    found = spread("list", histogram.encode().decode())
    assert found.ms.tolist() == pytest.approx([23.0, 470.0], rel=0.001)
    assert found.counts.tolist() == [2.0, 1.0]


@pytest.mark.parametrize(("length", "too_long"), [(LONGEST_TEXT, False), (LONGEST_TEXT + 1, True)])
def test_a_text_that_no_load_run_writes_is_not_decoded(length: int, too_long: bool) -> None:
    """
    Up to 200 000 characters are tried; what is no histogram is refused with the name of its request.
    """
    with pytest.raises(NoHistogram, match="histogram of 'list'") as refused:
        spread("list", "A" * length)
    assert (f"is {length} characters long" in str(refused.value)) is too_long
