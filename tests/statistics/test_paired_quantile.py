"""Pairs side by side: a quantile known before each pair, and bets against one half."""

import numpy as np
import pytest

from rollout.statistics.e_values import EValues
from rollout.statistics.paired_quantile import LEARNT, Pair, PairedQuantile, slower_share


def seen(slower: float, seconds: int = 120, seed: int = 1, per_second: int = 10) -> PairedQuantile:
    """Pairs of a release *slower* times as slow as its baseline."""
    rng = np.random.default_rng(seed)
    beside = PairedQuantile(50)
    for _ in range(seconds):
        baseline = rng.lognormal(3, 0.5, per_second)
        release = rng.lognormal(3, 0.5, per_second) * slower
        beside.see({"list": [(float(a), float(b)) for a, b in zip(release, baseline, strict=True)]})
        if beside.certain:
            break
    return beside


def test_the_same_speed_is_certain_within_a_minute() -> None:
    """
    A release as fast as its baseline is never called slower, and mostly certain within 60 s of ten pairs a second.
    """
    decisions = [seen(1.0, 60, seed).e_values.decision() for seed in range(40)]
    assert "broken" not in decisions
    assert decisions.count("met") >= 30


def test_twice_as_slow_is_broken() -> None:
    """
    A release twice as slow is called slower in every run.
    """
    assert {seen(2.0, 240, seed).e_values.decision() for seed in range(20)} == {"broken"}


@pytest.mark.slow
def test_exactly_half_again_as_slow_is_rarely_called_anything() -> None:
    """
    At the limit itself each wrong certainty comes in at most 5 % of runs, with three standard errors of simulation.
    """
    decisions = [seen(1.5, 240, seed).e_values.decision() for seed in range(400)]
    assert decisions.count("met") <= 400 * 0.05 + 3 * (400 * 0.05 * 0.95) ** 0.5
    assert decisions.count("broken") <= 400 * 0.05 + 3 * (400 * 0.05 * 0.95) ** 0.5


def test_the_first_answers_only_teach() -> None:
    """
    Until the baseline's quantile means anything nothing is bet.
    """
    beside = PairedQuantile(50)
    beside.see({"list": [(1000.0, 10.0)] * LEARNT})
    assert beside.e_values.slices == 0
    beside.see({"list": [(1000.0, 10.0)]})
    assert beside.e_values.slices == 0  # both were slow: the baseline lies on its own quantile
    beside.see({"list": [(1000.0, 9.0)]})
    assert beside.e_values.slices == 1


def test_a_release_that_fails_is_slow_and_a_baseline_that_fails_is_set_apart() -> None:
    """
    Failing fast is not being fast; and a dead baseline never flatters the release.
    """
    lesson: list[Pair] = [(10.0, 10.0 + number / 100) for number in range(LEARNT)]
    beside = PairedQuantile(50)
    beside.see({"list": lesson})
    beside.see({"list": [(None, 9.0), (10.0, None)]})
    assert (beside.e_values.slices, beside.e_values.bad, beside.baseline_failed) == (1, 1.0, 1)


def test_only_pairs_that_differ_say_which_side_is_slower() -> None:
    """
    Both fast or both slow is no answer; a release is slow from half more than the baseline's quantile on.
    """
    assert slower_share([(160, 90, 100), (90, 90, 100), (160, 101, 100)], 1.5) == 1.0
    assert slower_share([(140, 101, 100)], 1.5) == 0.0
    assert slower_share([(150, 90, 100), (10, 100, 100)], 1.5) == 0.5
    assert slower_share([(10, 10, 100)], 1.5) is None


def test_beside_a_baseline_that_takes_no_time_everything_is_slower() -> None:
    """
    There is no factor to tell; and without pairs nothing at all.
    """
    beside = PairedQuantile(50)
    assert beside.slower_percent() is None
    beside.see({"list": [(10.0, 0.0)]})
    assert beside.slower_percent() == float("inf")


def test_twenty_answers_teach_and_the_next_one_is_bet_on() -> None:
    """
    Each name learns by itself, and a baseline that failed teaches nothing.
    """
    beside = PairedQuantile(50)
    beside.see({"list": [(1.0, 1.0)] * (LEARNT - 1), "open": [(1.0, None)] * LEARNT})
    beside.see({"list": [(10.0, 0.5)], "open": [(10.0, 0.5)]})
    assert beside.e_values.slices == 0
    beside.see({"list": [(10.0, 0.5)], "open": [(10.0, 0.5)]})
    assert (beside.e_values.slices, beside.e_values.bad) == (1, 1.0)
    assert (beside.pairs, beside.baseline_failed) == (LEARNT - 1 + LEARNT + 4, LEARNT)


def test_the_quantile_known_before_a_pair_is_the_95th_percentile() -> None:
    """
    Of twenty answers the nineteenth: a baseline that takes as long is slow, one that is quicker is not.
    """
    lesson: list[Pair] = [(0.0, float(number)) for number in range(1, LEARNT + 1)]
    for baseline, slices in ((18.9, 0), (19.0, 1)):
        beside = PairedQuantile(50)
        beside.see({"list": lesson})
        beside.see({"list": [(28.4, baseline)]})
        assert beside.e_values.slices == slices


def test_a_comparison_says_what_it_still_needs() -> None:
    """
    A number of slices, that it never comes, or which side is certain.
    """
    assert PairedQuantile(50, EValues(0.5)).outlook().startswith("about ")
    assert PairedQuantile(50, EValues(0.5).bet([0.0] * 60)).outlook() == "certain: not more than 50 % slower"
    assert PairedQuantile(50, EValues(0.5).bet([1.0] * 60)).outlook() == "certain: more than 50 % slower"
    assert PairedQuantile(50, EValues(0.5).bet([0.5, 0.6])).outlook() == "not certain"
