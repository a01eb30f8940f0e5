"""Judge the watched time: long enough, without a long gap, and without a bad slot in its last twelfth."""

from itertools import pairwise

from rollout.judge.finding import Case, Finding
from rollout.judge.sample_round import SampleRound
from rollout.judge.sampling import over_slots, seen
from rollout.judge.share_budget import at_most
from rollout.judge.slots import window_of
from rollout.judge.verdict import Verdict
from rollout.judge.watched_time import long_enough, watched
from rollout.metrics import MetricKind
from rollout.sources.registry import known
from rollout.values import as_moment, as_text

LOST = at_most(1)  # of the slots that should be there
LONGEST_GAP_SHARE = 15 / (48 * 60)  # 15 minutes of 48 hours; a shorter window allows a shorter gap
LONGEST_GAP_S = 900.0
CALM_SHARE = 1 / 12  # the last part of the window, in which nothing may go wrong


@over_slots
def judge_coverage(case: Case, slots: list[SampleRound]) -> Finding:
    """Time watched without a gap; a gap is not counted and so extends the window."""
    wanted, covered = window_of(case) or 0.0, watched(case, slots)
    good = [slot for slot in slots if slot.counts]
    verdict, why = Verdict.MET, regularity(good)
    if not long_enough(case, covered, slots):
        verdict, why = Verdict.UNPROVEN, f"{as_text(round(wanted - covered))} more to watch"
    elif longest_gap(good) > gap_limit(wanted, slots) or not LOST.kept(expected(good) - len(good), expected(good)):
        verdict, why = Verdict.UNPROVEN, f"{regularity(good)}: the window must be watched again"
    elif unrest := restless(slots, wanted):
        verdict, why = Verdict.UNPROVEN, unrest
    rehearsed = f", rehearsed with {as_text(wanted)}" if case.window_s is not None else ""
    return case.finding(
        verdict,
        why,
        f"{as_text(round(covered))} of {as_text(round(wanted))} watched{rehearsed}",
        number=covered / 3600,
        n=len(good),
        n_unit="slots",
        margin=f"a gap longer than {as_text(round(gap_limit(wanted, slots)))} would break it",
        **seen(slots),
    )


def regularity(good: list[SampleRound]) -> str:
    """How many slots there are of those that should be, and the longest time without one."""
    return f"{len(good)} of {expected(good)} slots, longest gap {longest_gap(good):.0f} s"


def longest_gap(good: list[SampleRound]) -> float:
    """The longest time from one slot to the next."""
    return max((later.due - earlier.due for earlier, later in pairwise(good)), default=0.0)


def gap_limit(wanted: float, slots: list[SampleRound]) -> float:
    """The longest gap that a window of *wanted* seconds allows."""
    return min(LONGEST_GAP_S, max(wanted * LONGEST_GAP_SHARE, 3 * min(slot.interval_s for slot in slots)))


def expected(good: list[SampleRound]) -> int:
    """How many slots there would be without any gap, at the intervals that the monitors kept."""
    steps = ((later.due - earlier.due, max(earlier.interval_s, later.interval_s)) for earlier, later in pairwise(good))
    return sum(max(1, round(step / interval)) for step, interval in steps) + min(1, len(good))


def restless(slots: list[SampleRound], wanted: float) -> str:
    """What went wrong in the last twelfth of the window, and until when to watch on; empty if nothing did."""
    calm_s = wanted * CALM_SHARE
    probes = [each.sampled for each in known().values() if each.kind is MetricKind.AVAILABILITY]
    bad = [slot for slot in slots if slot.due > slots[-1].due - calm_s and is_bad(slot, probes)]
    if not bad:
        return ""
    said = next((slot_text for name in probes if (slot_text := bad[-1].text(name)) != "not sampled"), "no sample")
    return (
        f"not steady: {len(bad)} bad {'slot' if len(bad) == 1 else 'slots'} in the last {as_text(round(calm_s))},"
        f" the last at {as_moment(bad[-1].due)}: {said}; watch until {as_moment(bad[-1].due + calm_s)}"
    )


def is_bad(slot: SampleRound, probes: list[str]) -> bool:
    """Whether a slot was not accepted, or shows a service that did not answer."""
    return not slot.accepted or any(slot.numbers.get(name, 0) < 1 for name in probes if name in slot.samples)
