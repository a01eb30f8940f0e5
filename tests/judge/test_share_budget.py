"""One arithmetic of shares: exact, whatever the percent in the plan."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.judge.share_budget import ShareBudget, of_good, share_of
from rollout.plan import Limit

BUDGET = st.builds(ShareBudget, share=st.fractions(0, 1, max_denominator=10_000), strict=st.booleans())


@pytest.mark.parametrize(
    ("percent", "share"), [(0.1, (1, 1000)), (99.9, (999, 1000)), (5, (1, 20)), (0.07, (7, 10_000))]
)
def test_a_percent_is_taken_as_it_is_written(percent: float, share: tuple[int, int]) -> None:
    """
    No binary fraction comes between the plan and the comparison.
    """
    assert share_of(percent) == Fraction(*share)


@pytest.mark.parametrize(
    ("op", "bad", "kept"), [(">", 1, False), (">=", 1, True), (">", 0, True), (">=", 2, False)], ids=str
)
def test_a_limit_on_good_ones_leaves_a_share_of_bad_ones(op: str, bad: int, kept: bool) -> None:
    """
    Of 1 000 probes under `> 99.9 %` not one may fail; under `>= 99.9 %` one may.
    """
    limit = Limit.model_validate({"op": op, "value": 99.9, "unit": "%"})
    assert of_good(limit).kept(bad, 1000) is kept


@given(budget=BUDGET, bad=st.integers(0, 400), total=st.integers(1, 400))
def test_the_room_is_what_flips_the_answer(budget: ShareBudget, bad: int, total: int) -> None:
    """
    So many more bad ones break a budget that is kept, so many fewer keep one that is broken, and not one less.
    """
    room = budget.room(bad, total)
    if budget.kept(bad, total):
        assert room > 0
        assert budget.kept(bad + room - 1, total)
        assert not budget.kept(bad + room, total)
    else:
        assert room < 0
        assert not budget.kept(bad + room + 1, total)
        assert bad + room < 0 or budget.kept(bad + room, total)
