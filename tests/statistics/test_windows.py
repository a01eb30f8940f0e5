"""False MET where a window slides for weeks: a system at exactly its limit, asked each hour."""

import numpy as np
import pytest

from benchmarks.windows import CASES, Watched, before, false_met, hours_to_met, newest_window, over_windows, simulated
from rollout.arrays import Floats
from rollout.judge.certainty import certainty
from rollout.judge.sample_round import SampleRound
from rollout.judge.slots import slots_of
from rollout.statistics.e_values import ALPHA
from tests.judge.test_watch_rules import case, rounds

LIMIT, WINDOW, EVERY_S = 0.2, 20, 60


def test_the_simulation_is_as_certain_as_the_judge() -> None:
    """
    After each of some lengths, in runs of which some are certain at once, some later and some never.
    """
    bad = np.random.default_rng(3).random((12, 130)) < 0.12
    watched = Watched(before(bad), LIMIT, 1.0, window=WINDOW, looks=10)
    simulated_ = over_windows(watched)
    assert 0 < simulated_.sum() < simulated_.size
    for length, column in zip(watched.ends, simulated_.T, strict=True):
        asked = case(rounds(*range(0, EVERY_S * int(length), EVERY_S)), window_s=float(WINDOW * EVERY_S))
        every = slots_of(asked)
        for row, certain in zip(bad.astype(float), column, strict=True):

            def shares(since: list[SampleRound], row: Floats = row, every: list[SampleRound] = every) -> list[float]:
                return [float(row[round(slot.due - every[0].due) // EVERY_S]) for slot in since]

            assert certainty(asked, every, LIMIT, shares).met == certain


def test_the_simulated_system_is_at_its_limit() -> None:
    """
    Whatever the share of bad in a bad slice.
    """
    for limit, share in CASES:
        found = simulated(limit, share, rollouts=100)
        assert found.bad[:, -1].mean() * share / found.bad.shape[1] == pytest.approx(limit, rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "share"), CASES)
def test_certainty_over_windows_keeps_its_bound(limit: float, share: float) -> None:
    """
    Alpha, however long one looks.
    """
    assert false_met(simulated(limit, share), over_windows) <= 100 * ALPHA


@pytest.mark.slow
def test_the_newest_window_alone_does_not_keep_it() -> None:
    """
    Each look would be a new chance.
    """
    assert false_met(simulated(0.01, 0.17), newest_window) > 100 * ALPHA


@pytest.mark.slow
@pytest.mark.parametrize("limit", [0.01, 0.001])
def test_half_an_hour_of_outage_is_over_after_two_windows(limit: float) -> None:
    """
    Wherever it begins: no less than one window, hardly more than two.
    """
    first, last = hours_to_met(limit, over_windows)
    assert 48 <= first <= last <= 98
