"""Seconds become slices, and silence is never good."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.statistics import bad_shares

SECOND = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))


def test_a_silent_second_in_which_something_was_due_is_all_bad() -> None:
    """
    Requests that were due and never came back make their slice bad.
    """
    assert bad_shares([0, 0], [10, 0], [10, 10]).tolist() == [0.0, 1.0]


def test_a_second_in_which_nothing_was_due_is_left_out() -> None:
    """
    Nobody is judged by a second in which nobody came.
    """
    assert bad_shares([1, 0], [10, 0], [10, 0]).tolist() == [0.1]


def test_a_single_request_that_was_not_due_counts() -> None:
    """
    It was counted, whenever it was asked for.
    """
    assert bad_shares([1, 0], [1, 1], [0, 0]).tolist() == [1.0, 0.0]


def test_seconds_are_added_before_they_are_divided() -> None:
    """
    A slice weighs its requests equally, and the short slice at the end counts.
    """
    assert bad_shares([0, 1, 1], [1, 9, 1], [1, 9, 1], slice_s=2).tolist() == [0.1, 1.0]


def test_counters_that_do_not_fit_together_are_refused() -> None:
    """
    More bad than there were is a fault of the evidence.
    """
    with pytest.raises(ValueError, match="do not fit"):
        bad_shares([2], [1], [1])


@given(seconds=st.lists(SECOND, max_size=40), slice_s=st.integers(1, 7))
def test_every_share_lies_between_none_and_all(seconds: list[tuple[int, int, int]], slice_s: int) -> None:
    """
    Whatever the counters, shares are numbers from 0 to 1.
    """
    bad = [min(a, b) for a, b, _ in seconds]
    shares = bad_shares(bad, [b for _, b, _ in seconds], [c for *_, c in seconds], slice_s)
    assert ((shares >= 0) & (shares <= 1)).all()
    assert shares.size <= -(-len(seconds) // slice_s)
    assert np.isfinite(shares).all()
