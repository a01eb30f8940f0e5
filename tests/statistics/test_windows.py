"""Triggers fire soon after a break and stay silent where a service is merely bad."""

import numpy as np
import pytest

from rollout.statistics import first_alarm


def runs(share: float, *, seconds: int, rate: int, repeats: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Counters of *repeats* seeded runs with a true *share* of failures."""
    rng = np.random.default_rng(seed)
    return [(rng.binomial(rate, share, seconds), np.full(seconds, rate)) for _ in range(repeats)]


def test_ten_percent_errors_fire_within_200_requests() -> None:
    """
    At 10 % errors the trigger `> 5 %` fires within 200 requests in half of all runs.
    """
    alarms = [first_alarm(bad, total, 0.05) for bad, total in runs(0.10, seconds=200, rate=5, repeats=301, seed=1)]
    seen = [5 * (alarm.end + 1) if alarm else 10**9 for alarm in alarms]
    assert np.median(seen) <= 200


def test_two_percent_errors_never_fire() -> None:
    """
    At 2 % errors the trigger `> 5 %` stays silent over many windows.
    """
    counters = runs(0.02, seconds=6000, rate=10, repeats=5, seed=2)
    assert [first_alarm(bad, total, 0.05) for bad, total in counters] == [None] * 5


def test_a_break_after_a_long_good_time_fires_at_once() -> None:
    """
    Good hours buy no delay: the window around the break starts fresh.
    """
    total = np.full(7200, 10)
    bad = np.where(np.arange(7200) >= 7000, 5, 0)
    alarm = first_alarm(bad, total, 0.05)
    assert alarm is not None
    assert 7000 <= alarm.end < 7030


def test_a_handful_of_failures_is_no_reason_to_roll_back() -> None:
    """
    Three failures in a row are too few requests to say anything.
    """
    assert first_alarm([3, 0, 0], [3, 0, 0], 0.05) is None


def test_a_dead_service_with_few_users_fires_within_its_minute() -> None:
    """
    Twenty requests in a minute, all failed, are enough.
    """
    alarm = first_alarm([1, 0, 0] * 20, [1, 0, 0] * 20, 0.05)
    assert alarm is not None
    assert (alarm.bad, alarm.total, alarm.share) == (20, 20, 1.0)


def test_an_alarm_is_found_however_many_requests_a_second_brings() -> None:
    """
    A second with more requests than a window is a window of its own.
    """
    alarm = first_alarm([0, 100], [1000, 1000], 0.05)
    assert alarm is not None
    assert (alarm.start, alarm.end) == (1, 1)


@pytest.mark.parametrize("counters", [[], [0, 0, 0]], ids=["no seconds", "empty seconds"])
def test_nothing_fires_nothing(counters: list[int]) -> None:
    """
    Without requests there is no alarm; that nothing was measured is judged elsewhere.
    """
    assert first_alarm(counters, counters, 0.05) is None
