"""Probes stand for time: half an interval before and after each, and what several monitors saw counts once."""

from pathlib import Path

import pytest

from rollout.evidence import JournalState, Run
from rollout.judge.finding import Case
from rollout.judge.probed_time import HALVES, Answer, ProbedTime, interval, probed_time, shown_down
from rollout.judge.sample_round import SampleRound
from tests.judge.ledgers import NOW, PLAN

ONE, OTHER = (Run(Path(f"{name}.jsonl"), JournalState.COMPLETE) for name in ("one", "other"))
CASE = Case(PLAN.criterion("stage.available"), PLAN.phase("stage"), (), NOW)


def answer(at: float, value: float = 1.0, interval_s: float = 30.0, run: Run = ONE) -> Answer:
    """A probe of a moment."""
    return SampleRound.of(at, interval_s, {}, run), value


def case(longest: float | None) -> Case:
    """The case with the longest interval that the plan permits."""
    criterion = CASE.criterion.model_copy(update={"longest_interval": longest})
    return Case(criterion, CASE.phase, (), NOW)


@pytest.mark.parametrize(
    ("interval_s", "longest", "s"),
    [(30.0, None, 30.0), (30.0, 60.0, 30.0), (60.0, 30.0, 30.0), (3600.0, None, 900.0), (0.0001, None, 0.001)],
)
def test_a_probe_stands_for_its_interval_as_far_as_the_plan_permits(
    interval_s: float, longest: float | None, s: float
) -> None:
    """
    A quarter of an hour where the plan says nothing, and a millisecond at least.
    """
    assert interval(case(longest), answer(0.0, interval_s=interval_s)[0]) == s * HALVES


def test_probes_one_interval_apart_stand_for_all_of_the_time() -> None:
    """
    Three probes of 30 s are 90 s, of which the one that failed is 30 s.
    """
    found = probed_time(CASE, [answer(0.0), answer(30.0, 0.0), answer(60.0)])
    assert found == ProbedTime(down=30 * HALVES, probed=90 * HALVES)


def test_the_same_time_counts_once() -> None:
    """
    A second monitor that looks 10 s later adds 10 s, and is down as long as one of both says so.
    """
    seen = [answer(100.0, 0.0), answer(110.0, 0.0, run=OTHER), answer(130.0, run=ONE)]
    assert probed_time(CASE, seen) == ProbedTime(down=40 * HALVES, probed=60 * HALVES)


def test_what_lies_within_another_adds_nothing() -> None:
    """
    A probe of a short interval in the middle of a long one.
    """
    seen = [answer(100.0, interval_s=60.0), answer(101.0, 0.0, interval_s=2.0, run=OTHER)]
    assert probed_time(CASE, seen) == ProbedTime(down=2 * HALVES, probed=60 * HALVES)


def test_down_is_shown_between_failed_probes_of_any_monitor_and_once() -> None:
    """
    A single failed probe shows no length; the last moment is that of the last probe.
    """
    seen = [answer(0.0, 0.0), answer(30.0, 0.0), answer(60.0, 0.0), answer(90.0), answer(120.0, 0.0)]
    assert shown_down(seen) == [(30.0, 30.0), (60.0, 30.0), (120.0, 0.0)]
    both = [answer(0.0, 0.0), answer(10.0, 0.0, run=OTHER), answer(30.0, 0.0), answer(40.0, run=OTHER)]
    assert sum(length for _, length in shown_down(both)) == 30.0
    assert shown_down([]) == []
