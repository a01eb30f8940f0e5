"""Both bets keep their promises whatever the samples are."""

from math import isclose, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.statistics import EValues, supported_limit
from rollout.statistics.e_values import VOLUME, growth

SHARE = st.floats(0, 1)
LIMIT = st.sampled_from([0.001, 0.01, 0.05, 0.2, 0.5])
SHARES = st.lists(SHARE, max_size=60)


@pytest.mark.parametrize(("limit", "slices"), [(0.05, 74), (0.01, 377), (0.001, 3787)])
def test_met_cannot_come_earlier_than_the_published_slice(limit: float, slices: int) -> None:
    """
    Without any bad, MET comes after exactly the published number of slices and not one before.
    """
    assert EValues(limit).slices_to_met(0.0) == slices
    assert EValues(limit).bet(np.zeros(slices)).decision() == "met"
    assert EValues(limit).bet(np.zeros(slices - 1)).decision() == "open"


def test_the_formula_is_the_published_one() -> None:
    """
    EValues is the mean over 64 bets of the products written in the documentation.
    """
    y, q = [0.0, 0.2, 1.0, 0.01], 0.05
    passing = np.mean([np.prod([1 + (1 - v**2) / (1 - q) * (q - share) for share in y]) for v in VOLUME])
    failing = np.mean([np.prod([1 + v**4 / q * (share - q) for share in y]) for v in VOLUME])
    e_values = EValues(q).bet(y)
    assert isclose(e_values.e_pass, float(passing))
    assert isclose(e_values.e_fail, float(failing))


@given(limit=LIMIT, shares=SHARES, cut=st.integers(0, 60))
def test_a_rerun_continues_where_the_run_before_ended(limit: float, shares: list[float], cut: int) -> None:
    """
    Betting in two runs gives the capital of one: no attempt starts from nothing.
    """
    whole = EValues(limit).bet(shares)
    parts = EValues(limit).bet(shares[:cut]).bet(shares[cut:])
    assert parts.slices == whole.slices
    assert np.allclose(parts.log_pass, whole.log_pass)
    assert np.allclose(parts.log_fail, whole.log_fail)
    assert isclose(parts.peak_fail, whole.peak_fail, abs_tol=1e-9)


@given(limit=LIMIT, shares=SHARES, at=st.integers(0, 59), more=SHARE)
def test_more_bad_never_helps(limit: float, shares: list[float], at: int, more: float) -> None:
    """
    A slice that gets worse never raises the pass bet's capital and never lowers the fail bet's.
    """
    worse = [max(share, more) if position == at else share for position, share in enumerate(shares)]
    before, after = EValues(limit).bet(shares), EValues(limit).bet(worse)
    assert after.log_e_pass <= before.log_e_pass + 1e-9
    assert after.log_e_fail >= before.log_e_fail - 1e-9


@given(limit=LIMIT)
def test_the_odds_are_fair_at_the_limit(limit: float) -> None:
    """
    Where the truth is exactly the limit, every bet of both bets expects to keep what it has.
    """
    for steps in growth(np.array([0.0, 1.0]), limit):
        good, bad = np.exp(steps)
        assert np.allclose((1 - limit) * good + limit * bad, 1)


@given(limit=LIMIT, shares=SHARES)
def test_no_bet_is_ever_ruined(limit: float, shares: list[float]) -> None:
    """
    EValues stays finite in logarithms for any shares, all bad included.
    """
    e_values = EValues(limit).bet(shares)
    assert np.isfinite([e_values.log_e_pass, e_values.log_e_fail]).all()
    assert e_values.decision() in {"met", "broken", "open"}


def test_what_was_certainly_broken_stays_broken() -> None:
    """
    Good slices after a certain break do not mend it, however many they are.
    """
    broken = EValues(0.05).bet(np.full(100, 0.5))
    assert broken.decision() == "broken"
    assert broken.bet(np.zeros(5000)).decision() == "broken"


def test_met_needs_the_capital_now() -> None:
    """
    A service that was good and got worse does not live on what it won before.
    """
    good = EValues(0.05).bet(np.zeros(80))
    assert good.decision() == "met"
    assert good.bet(np.full(20, 0.1)).decision() != "met"


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    """
    A share outside 0 to 1, NaN included, is an error and no evidence.
    """
    with pytest.raises(ValueError, match="between 0 and 1"):
        EValues(0.05).bet([share])


@pytest.mark.parametrize("limit", [0.0, 1.0, float("nan")])
def test_a_limit_that_proves_nothing_is_refused(limit: float) -> None:
    """
    A limit of nothing or of everything cannot be bet on.
    """
    with pytest.raises(ValueError, match="limit"):
        EValues(limit)


def test_nothing_measured_decides_nothing() -> None:
    """
    EValues without slices is 1 on both sides.
    """
    e_values = EValues(0.05).bet([])
    assert (e_values.e_pass, e_values.e_fail, e_values.decision()) == (1.0, 1.0, "open")


@given(shares=st.lists(st.sampled_from([0.0, 0.01, 0.02]), min_size=1, max_size=40))
def test_the_slices_still_needed_are_exact_for_a_constant_future(shares: list[float]) -> None:
    """
    After the announced number of slices MET is there, and one slice before it is not.
    """
    e_values = EValues(0.05).bet(shares)
    needed = e_values.slices_to_met(0.01)
    assert needed is not None
    assert e_values.bet([0.01] * needed).log_e_pass >= log(20) - 1e-9
    assert needed == 0 or e_values.bet([0.01] * (needed - 1)).log_e_pass < log(20)


def test_a_service_beyond_its_limit_never_gets_there() -> None:
    """
    The slices still needed are None where MET cannot be expected.
    """
    assert EValues(0.05).bet(np.full(50, 0.06)).slices_to_met() is None


@given(shares=st.lists(st.sampled_from([0.0, 0.01, 0.1]), min_size=1, max_size=200))
def test_the_supported_limit_is_the_edge_of_what_is_proven(shares: list[float]) -> None:
    """
    A limit just above the supported one is met by the same slices, one just below is not.
    """
    edge = supported_limit(shares)
    if edge < 0.999:
        assert EValues(edge * 1.001).bet(shares).log_e_pass >= log(20)
        assert EValues(edge * 0.999).bet(shares).log_e_pass < log(20)


def test_nothing_supports_no_limit() -> None:
    """
    Without slices not even 99 % is proven.
    """
    assert supported_limit([]) == 1.0


def test_who_has_just_won_needs_no_more_slices() -> None:
    """
    The 74th good slice makes 5 % certain: before it one is needed, after it none.
    """
    assert [EValues(0.05).bet(np.zeros(slices)).slices_to_met() for slices in (73, 74)] == [1, 0]
