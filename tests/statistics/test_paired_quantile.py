"""Pairs side by side: a quantile known before each pair, and bets against one half."""

from collections.abc import Sequence

import numpy as np
import pytest

from rollout.statistics.e_values import EValues
from rollout.statistics.paired_quantile import LEARNT, Pair, PairCounts, PairedQuantile


def seen(slower: float, seconds: int = 600, seed: int = 1, per_second: int = 10) -> PairedQuantile:
    """Pairs of a release *slower* times as slow as its baseline."""
    rng = np.random.default_rng(seed)
    beside = PairedQuantile(50)
    for second in range(seconds):
        baseline = rng.lognormal(3, 0.5, per_second)
        release = rng.lognormal(3, 0.5, per_second) * slower
        beside.see(second, {"list": [(float(a), float(b)) for a, b in zip(release, baseline, strict=True)]})
        if second % 15 == 0 and beside.certain:
            break
    return beside


def test_the_same_speed_is_certain_within_ten_minutes() -> None:
    """
    A release as fast as its baseline is never called slower, and certain within 600 s of ten pairs a second.
    """
    found = [seen(1.0, 600, seed) for seed in range(8)]
    assert [each.e_values.decision() for each in found] == ["met"] * 8
    assert not any(each.alarm() for each in found)


def test_twice_as_slow_is_lastingly_slower() -> None:
    """
    A release twice as slow is called slower in every run, after three slices or a few more.
    """
    assert all(seen(2.0, 240, seed).alarm() for seed in range(10))


@pytest.mark.slow
def test_exactly_half_again_as_slow_is_rarely_called_anything() -> None:
    """
    At the limit itself each wrong certainty comes in at most 5 % of runs, with three standard errors of simulation.
    """
    found = [seen(1.5, 600, seed) for seed in range(200)]
    most = 200 * 0.05 + 3 * (200 * 0.05 * 0.95) ** 0.5
    assert sum(each.e_values.decision() == "met" for each in found) <= most
    assert sum(each.alarm() is not None for each in found) <= most


LESSON: list[Pair] = [(10.0, 10.0 + number / 100) for number in range(LEARNT)]


def counted(*pairs: Pair, lesson: Sequence[Pair] = LESSON) -> PairCounts:
    """What some pairs count for after a lesson."""
    beside = PairedQuantile(50)
    beside.see(0, {"list": lesson})
    beside.see(1, {"list": pairs})
    return beside.slices[0]


def test_the_first_answers_only_teach() -> None:
    """
    Until the baseline's quantile means anything nothing is bet.
    """
    assert counted(lesson=[(1000.0, 10.0)] * LEARNT) == (0, 0, 0)
    assert counted((1000.0, 10.0), lesson=[(1000.0, 10.0)] * (LEARNT - 1)) == (0, 0, 0)
    assert counted((1000.0, 9.0), lesson=[(1000.0, 10.0)] * LEARNT) == (1, 0, 1)


def test_a_release_that_fails_is_slow_and_a_baseline_that_fails_is_set_apart() -> None:
    """
    Failing fast is not being fast; and a dead baseline never flatters the release.
    """
    assert counted((None, 9.0), (10.0, None)) == (1, 0, 1)


def test_only_pairs_that_differ_say_which_side_is_slower() -> None:
    """
    Both fast or both slow is no answer; a release is slow from half more than the baseline's quantile on.
    """
    lesson: list[Pair] = [(0.0, 100.0)] * LEARNT
    for pair, expected in (
        ((160.0, 90.0), (1, 0, 1)),
        ((90.0, 90.0), (0, 0, 1)),
        ((160.0, 101.0), (0, 0, 1)),
        ((140.0, 101.0), (0, 1, 1)),
        ((150.0, 90.0), (1, 0, 1)),
        ((10.0, 100.0), (0, 1, 1)),
    ):
        assert counted(pair, lesson=lesson) == expected


@pytest.mark.parametrize(
    ("counts", "bad"),
    [
        ((0, 0, 150), 0.5),
        ((15, 0, 150), 0.75),
        ((0, 15, 150), 0.25),
        ((30, 0, 150), 1.0),
        ((150, 0, 150), 1.0),
        ((0, 150, 150), 0.0),
    ],
)
def test_no_slice_counts_for_more_than_a_stall_of_a_fifth_of_it(counts: tuple[int, int, int], bad: float) -> None:
    """
    One half where both sides are slow as often; a stall of 3 s in 15 s is the worst that one slice can say.
    """
    assert PairCounts(*counts).bad == pytest.approx(bad)


def test_a_slice_is_bet_on_when_it_is_over_and_has_ten_pairs() -> None:
    """
    Seconds without a pair end a slice too; nine pairs are no evidence.
    """
    for pairs, slices in ((9, 0), (10, 1)):
        beside = PairedQuantile(50)
        beside.see(0, {"list": LESSON})
        beside.see(14, {"list": [(10.0, 9.0)] * pairs})
        assert beside.e_values.slices == 0
        beside.see(15, {})
        assert beside.e_values.slices == slices


def test_two_slow_slices_are_a_stall_and_three_last() -> None:
    """
    Each needs ten unequal pairs; a slice that is not over does not count yet.
    """
    beside = PairedQuantile(50)
    beside.see(0, {"list": LESSON})
    for second in range(1, 46):
        assert beside.alarm() is None
        beside.see(second, {"list": [(100.0, 9.0)]})
    alarm = beside.alarm()
    assert alarm is not None
    assert (alarm.start, alarm.end, alarm.bad, alarm.total) == (0, 2, 44, 44)


def test_beside_a_baseline_that_takes_no_time_everything_is_slower() -> None:
    """
    There is no factor to tell; and without pairs nothing at all.
    """
    beside = PairedQuantile(50)
    assert beside.slower_percent() is None
    beside.see(0, {"list": [(10.0, 0.0)]})
    assert beside.slower_percent() == float("inf")


def test_each_name_learns_by_itself() -> None:
    """
    A baseline that failed teaches nothing.
    """
    beside = PairedQuantile(50)
    beside.see(0, {"list": [(1.0, 1.0)] * (LEARNT - 1), "open": [(1.0, None)] * LEARNT})
    beside.see(1, {"list": [(10.0, 0.5)], "open": [(10.0, 0.5)]})
    assert beside.slices[0] == (0, 0, 0)
    beside.see(2, {"list": [(10.0, 0.5)], "open": [(10.0, 0.5)]})
    assert beside.slices[0] == (1, 0, 1)
    assert (beside.pairs, beside.baseline_failed) == (LEARNT - 1 + LEARNT + 4, LEARNT)


def test_the_quantile_known_before_a_pair_is_the_95th_percentile() -> None:
    """
    Of twenty answers the nineteenth: a baseline that takes as long is slow, one that is quicker is not.
    """
    lesson: list[Pair] = [(0.0, float(number)) for number in range(1, LEARNT + 1)]
    for baseline, slow in ((18.9, 0), (19.0, 1)):
        assert counted((28.4, baseline), lesson=lesson).baseline == slow


def test_a_comparison_says_what_it_still_needs() -> None:
    """
    A number of slices, that it never comes, or which side is certain.
    """
    assert PairedQuantile(50, EValues(0.5)).outlook().startswith("about ")
    assert PairedQuantile(50, EValues(0.5).bet([0.0] * 60)).outlook() == "certain: not more than 50 % slower"
    assert PairedQuantile(50, EValues(0.5).bet([1.0] * 60)).outlook() == "certain: more than 50 % slower"
    assert PairedQuantile(50, EValues(0.5).bet([0.5, 0.6])).outlook() == "not certain"
