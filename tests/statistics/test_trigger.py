"""A trigger fires soon after a break that lasts, and stays silent at a blip and where a service is merely bad."""

from fractions import Fraction
from math import log

import numpy as np
import pytest

from rollout.statistics import first_alarm
from rollout.statistics.trigger import log_e_value

FIVE = Fraction(5, 100)


def runs(share: float, *, seconds: int, rate: int, repeats: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Counters of *repeats* seeded runs with a true *share* of failures."""
    rng = np.random.default_rng(seed)
    return [(rng.binomial(rate, share, seconds), np.full(seconds, rate)) for _ in range(repeats)]


def broken(length: int, *, seconds: int = 120, rate: int = 20, share: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Counters of a run that breaks for *length* seconds after its first minute."""
    total = np.full(seconds, rate)
    bad = np.zeros(seconds, np.int64)
    bad[60 : 60 + length] = round(rate * share)
    return bad, total


def test_ten_percent_errors_fire_within_a_minute() -> None:
    """
    At 10 % errors and 20 requests a second the trigger `> 5 %` fires within 60 s in half of all runs.
    """
    alarms = [first_alarm(bad, total, FIVE) for bad, total in runs(0.10, seconds=600, rate=20, repeats=301, seed=1)]
    assert np.median([alarm.end + 1 if alarm else 10**9 for alarm in alarms]) <= 60


def test_two_percent_errors_never_fire() -> None:
    """
    At 2 % errors the trigger `> 5 %` stays silent over many windows.
    """
    counters = runs(0.02, seconds=6000, rate=10, repeats=5, seed=2)
    assert [first_alarm(bad, total, FIVE) for bad, total in counters] == [None] * 5


@pytest.mark.parametrize("seconds", [2, 5, 8, 20])
def test_a_blip_does_not_fire(seconds: int) -> None:
    """
    A break that is over before three looks saw it is no reason to roll back, however bad it was.
    """
    assert first_alarm(*broken(seconds), FIVE) is None


def test_a_break_that_lasts_three_looks_fires() -> None:
    """
    The window that fired is the last minute, with what was counted in it.
    """
    alarm = first_alarm(*broken(30), FIVE)
    assert alarm is not None
    assert (alarm.start, alarm.end, alarm.bad, alarm.total, alarm.share) == (30, 89, 600, 1200, 0.5)


def test_a_break_that_lasts_but_is_not_certain_does_not_fire() -> None:
    """
    Three slices barely beyond the trigger are what a service at its limit shows by chance.
    """
    bad, total = np.zeros(60, np.int64), np.full(60, 2)
    bad[[30, 35, 40, 45, 50, 55]] = 1
    assert first_alarm(bad, total, FIVE) is None


def test_a_break_after_a_long_good_time_fires_at_once() -> None:
    """
    Good hours buy no delay: the window around the break starts fresh.
    """
    total = np.full(7200, 10)
    bad = np.where(np.arange(7200) >= 7000, 5, 0)
    alarm = first_alarm(bad, total, FIVE)
    assert alarm is not None
    assert alarm.end == 7029


def test_slices_with_fewer_than_ten_requests_do_not_fire() -> None:
    """
    Nine failures of nine in each slice are too few, as long as nobody says that the watcher is online.
    """
    nine = ([1] * 9 + [0]) * 6
    assert first_alarm(nine, nine, FIVE) is None
    ten = [1] * 60
    assert first_alarm(ten, ten, FIVE) is not None


def test_silence_fires_without_ten_requests_where_the_watcher_is_online() -> None:
    """
    Three slices of 10 s in which nothing was answered are an outage; one answer among them is none.
    """
    asked = ([1] + [0] * 9) * 3
    assert first_alarm(asked, asked, FIVE, unanswered=asked) is not None
    answered = [1] + [0] * 19 + [0] * 10
    assert first_alarm(answered, asked, FIVE, unanswered=answered) is None


def test_nothing_asked_is_no_silence() -> None:
    """
    A slice without a request says nothing about the service.
    """
    asked = [1] + [0] * 19 + [1] + [0] * 9
    assert first_alarm(asked, asked, FIVE, unanswered=asked) is None


@pytest.mark.parametrize(("inclusive", "fires"), [(True, True), (False, False)])
def test_equality_fires_only_a_trigger_that_says_so(inclusive: bool, fires: bool) -> None:
    """
    Slices of exactly the limit are beyond `>= 5 %` and not beyond `> 5 %`.
    """
    bad, total = np.tile([5, 0], 60), np.full(120, 50)
    bad[:60] = np.tile([30, 0], 30)
    early = first_alarm(bad[60:], total[60:], FIVE, inclusive=inclusive)
    assert early is None  # certain it is not
    bad[60:90] = np.tile([5, 0], 15)
    found = first_alarm(bad[20:80], total[20:80], FIVE, inclusive=inclusive)
    assert found is not None
    exact = np.concatenate((np.full(10, 50), np.tile([5, 0], 15)))
    assert (first_alarm(exact, np.full(40, 50), FIVE, inclusive=inclusive) is not None) is fires


def test_a_slice_that_is_not_over_is_not_looked_at() -> None:
    """
    Twenty-nine bad seconds are two looks, thirty are three.
    """
    assert first_alarm([5] * 29, [5] * 29, FIVE) is None
    assert first_alarm([5] * 30, [5] * 30, FIVE) is not None


@pytest.mark.parametrize("counters", [[], [0, 0, 0], [0] * 60], ids=["no seconds", "empty seconds", "an empty minute"])
def test_nothing_fires_nothing(counters: list[int]) -> None:
    """
    Without requests there is no alarm; that nothing was measured is judged elsewhere.
    """
    assert first_alarm(counters, counters, FIVE, unanswered=counters) is None


@pytest.mark.parametrize(("bad", "total"), [(0, 7), (3, 10), (10, 10)])
def test_capital_on_requests_is_the_mean_of_64_bets(bad: int, total: int) -> None:
    """
    Each bet stakes the fourth power of its size: it grows by a bad request and shrinks by a good one.
    """
    limit = 0.05
    stakes = [((k - 0.5) / 64) ** 4 / limit for k in range(1, 65)]
    bets = [(1 + stake * (1 - limit)) ** bad * (1 - stake * limit) ** (total - bad) for stake in stakes]
    assert log_e_value(bad, total, limit) == pytest.approx(log(sum(bets) / 64))
