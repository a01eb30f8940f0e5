"""
Rules for every kind of sampled metric: which window counts, what earlier breaks mean, which samples prove nothing.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import pairwise
from typing import Any

from rollout.judge.finding import Case, Finding
from rollout.judge.sample_round import SampleRound, levels
from rollout.judge.share_budget import at_most
from rollout.judge.slots import journals, least_of, slots_of
from rollout.judge.verdict import Verdict
from rollout.judge.watched_time import ROUNDING_S, latest_window, long_enough, watched
from rollout.metrics import MetricKind
from rollout.values import as_moment, as_text, numbered

ERRORS_IN_A_ROW = 4
MISSED = at_most(5)  # of the samples, or of the time between them
Judge = Callable[[Case, list[SampleRound]], Finding]


def over_slots(judge: Judge) -> Callable[[Case], Finding]:
    """Make *judge* judge the fresh slots of the newest window; UNPROVEN without any."""

    @wraps(judge)
    def judged(case: Case) -> Finding:
        return of_window(judge, case, fresh_window(case, slots_of(case)))

    return judged


def lastingly(judge: Judge) -> Callable[[Case], Finding]:
    """
    Make *judge* judge the newest window, and keep the breaks before it.

    A trigger stands for the whole release. A BROKEN finding stands until a newer window was watched whole and keeps
    the limit.
    """

    @wraps(judge)
    def judged(case: Case) -> Finding:
        every = slots_of(case)
        recent = fresh_window(case, every)
        found, earlier = of_window(judge, case, recent), every[: len(every) - len(recent)]
        if not earlier:
            return found
        worst = max((judge(case, slots) for slots in (every, earlier)), key=lambda each: each.verdict)
        stands = worst.verdict is Verdict.TRIGGERED or not renewed(case, found, recent)
        return worst if worst.verdict > max(found.verdict, Verdict.UNPROVEN) and stands else found

    return judged


def of_window(judge: Judge, case: Case, slots: list[SampleRound]) -> Finding:
    """The finding of *judge* about the slots of a window; unreliable samples never make it MET."""
    if not slots:
        return case.finding(Verdict.UNPROVEN, "nobody watched", "no sample", n_unit="samples")
    found = judge(case, slots)
    problem = unreliable(case, slots) if found.verdict is Verdict.MET else ""
    return case.held_back(found, problem) if problem else found


def fresh_window(case: Case, every: list[SampleRound]) -> list[SampleRound]:
    """The slots of the newest window that are young enough to prove something: the last ones of *every*."""
    return latest_window(case, every[bisect_left(every, True, key=lambda slot: case.is_fresh(slot.due)) :])


def renewed(case: Case, found: Finding, slots: list[SampleRound]) -> bool:
    """Whether the newest window was watched whole, with enough samples, and keeps the limit."""
    enough = found.verdict is Verdict.MET and found.n >= least_of(case)
    return enough and long_enough(case, watched(case, slots), slots)


def unreliable(case: Case, slots: list[SampleRound]) -> str:
    """Why the samples in *slots* cannot prove anything; empty if they can. This is the same for every kind of metric."""
    found = values(case, slots)
    return erring(case, slots, found) or torn(case, slots, found) or seldom(case, slots, found)


def values(case: Case, slots: list[SampleRound]) -> list[float | None]:
    """The value in each slot, None where there is none; for coverage 1 where the monitor had any value."""
    if case.criterion.measured.kind is MetricKind.COVERAGE:
        return [1.0 if slot.accepted else None for slot in slots]
    return levels(case, slots)


def erring(case: Case, slots: list[SampleRound], found: list[float | None]) -> str:
    """Whether the source erred too often: more than four times in a row, or more than 5 % of the samples."""
    missed = [number is None for number in found]
    run = longest_run(missed)
    if run > ERRORS_IN_A_ROW:
        return f"{run} samples in a row are missing: {last_text(case, slots, missed)}"
    if not MISSED.kept(sum(missed), len(missed)):
        of = f"of {len(missed)} samples"
        return f"{numbered(sum(missed), f'{of} is', f'{of} are')} missing: {last_text(case, slots, missed)}"
    return ""


def last_text(case: Case, slots: list[SampleRound], missed: list[bool]) -> str:
    """Why the last missing sample is missing."""
    newest = next(slot for slot, gone in zip(reversed(slots), reversed(missed), strict=True) if gone)
    name = case.criterion.measured.sampled
    return newest.text(name) if name in newest.samples else next(map(newest.text, newest.samples), "not sampled")


def longest_run(flags: list[bool]) -> int:
    """The length of the longest run of True."""
    longest = current = 0
    for flag in flags:
        current = current + 1 if flag else 0
        longest = max(longest, current)
    return longest


def torn(case: Case, slots: list[SampleRound], found: list[float | None]) -> str:
    """Whether a monitor was cut short; such slots are no watched time anyway."""
    counted = case.criterion.measured.kind is not MetricKind.COVERAGE
    cut = counted and any(not slot.whole for slot, number in zip(slots, found, strict=True) if number is not None)
    return "the monitor was cut short" if cut else ""


def seldom(case: Case, slots: list[SampleRound], found: list[float | None]) -> str:
    """Whether more than 5 % of the time of the runs lie between samples further apart than the plan permits."""
    longest = case.criterion.longest_interval
    steps = list(steps_of_runs(slots, found))
    unseen = sum(step for step in steps if longest is not None and step > longest + ROUNDING_S)
    if longest is None or MISSED.kept(round(1000 * unseen), round(1000 * sum(steps))):  # in whole milliseconds
        return ""
    return (
        f"{as_text(round(unseen))} of {as_text(round(sum(steps)))} lie between samples"
        f" that are more than {as_text(longest)} apart"
    )


def steps_of_runs(slots: list[SampleRound], found: list[float | None]) -> Iterator[float]:
    """The seconds from each sample to the next of the same run."""
    taken = [slot for slot, number in zip(slots, found, strict=True) if number is not None]
    return (later.due - earlier.due for earlier, later in pairwise(taken) if later.run is earlier.run)


def seen(slots: list[SampleRound]) -> dict[str, Any]:
    """The time from the first to the last sample, and the journals that hold them."""
    span = f"{as_text(round(slots[-1].due - slots[0].due))} until {as_moment(slots[-1].due)}"
    return {"window": span, "evidence": journals(slots)}
