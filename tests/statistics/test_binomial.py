"""Small groups are judged by exact bounds."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.statistics import least_all_good, lower_bound


@pytest.mark.parametrize(("share", "answers"), [(0.8, 14), (0.95, 59), (0.99, 299), (0.999, 2995)])
def test_so_many_answers_must_all_be_good(share: float, answers: int) -> None:
    """
    The least number of answers that support a share when every one is good.
    """
    assert least_all_good(share) == answers
    assert lower_bound(answers, answers) >= share
    assert lower_bound(answers - 1, answers - 1) < share


def test_ten_of_ten_support_only_74_percent() -> None:
    """
    A perfect score of a small group is a weak statement.
    """
    assert isclose(lower_bound(10, 10), 0.741, abs_tol=0.0005)


@pytest.mark.parametrize(("good", "n", "bound"), [(0, 5, 0.0), (8, 10, 0.4931), (0, 0, 0.0), (45, 50, 0.8012)])
def test_the_bound_is_the_exact_one(good: int, n: int, bound: float) -> None:
    """
    Bounds agree with published tables of Clopper and Pearson.
    """
    assert isclose(lower_bound(good, n), bound, abs_tol=0.0006)


@given(n=st.integers(1, 300), data=st.data())
def test_no_more_is_supported_than_was_observed(n: int, data: st.DataObject) -> None:
    """
    The bound never lies above the observed share.
    """
    good = data.draw(st.integers(0, n))
    assert lower_bound(good, n) <= good / n


def test_no_answers_support_nothing() -> None:
    """
    Without answers nothing is supported.
    """
    assert lower_bound(0, 0) == 0.0


@pytest.mark.parametrize("share", [-0.1, 0.0, 1.0, 1.5, float("nan")])
def test_a_share_that_no_number_of_answers_supports_is_refused(share: float) -> None:
    """
    Neither nothing nor everything.
    """
    with pytest.raises(ValueError, match="share must lie between 0 and 1, got"):
        least_all_good(share)


@pytest.mark.parametrize(("good", "n"), [(-1, 3), (4, 3)])
def test_more_good_ones_than_answers_are_no_sample(good: int, n: int) -> None:
    """
    Nor fewer than none.
    """
    with pytest.raises(ValueError, match=f"{good} of {n} is no sample"):
        lower_bound(good, n)
