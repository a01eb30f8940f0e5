"""A comparison with the release before under stalls, by simulation."""

import pytest

from benchmarks.comparisons import share

pytestmark = pytest.mark.slow


def test_a_release_that_stalls_is_not_called_as_fast() -> None:
    """
    Stalls of 3 s in 6 % of the time: its 95th percentile is many times that of the baseline.
    """
    assert share("met", "stalls of 3 s in 6 % of the time") <= 5


def test_one_stall_does_not_roll_a_release_back() -> None:
    """
    10 s once, in a release that is as fast as before otherwise.
    """
    assert share("fired", "one stall of 10 s") <= 5


def test_a_release_as_fast_as_before_is_called_so() -> None:
    """
    In ten minutes, nearly always, and it is never rolled back.
    """
    assert share("met", "as fast as before", 100) >= 95
    assert share("fired", "as fast as before", 100) == 0
