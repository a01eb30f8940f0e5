"""How much of the time was watched: only what lies between two samples that are close enough to each other."""

from collections.abc import Iterable
from itertools import pairwise

from rollout.judge.finding import Case
from rollout.judge.slots import SampleRound, window_of

ROUNDING_S = 0.002  # moments are written to the millisecond


def seen_between(case: Case, earlier: SampleRound, later: SampleRound) -> float:
    """
    The seconds from one sample to the next, 0 if they are too far apart to have seen what lies between.

    The plan says how far that is; where it does not, it is the interval that the monitor kept.
    """
    longest = case.criterion.longest_interval or max(earlier.interval_s, later.interval_s)
    step = later.due - earlier.due
    return step if step <= longest + ROUNDING_S else 0.0


def watched(case: Case, slots: Iterable[SampleRound]) -> float:
    """The seconds that were watched between the slots that count."""
    return sum(seen_between(case, *pair) for pair in pairwise(slot for slot in slots if slot.counts))


def long_enough(case: Case, watched_s: float, slots: list[SampleRound]) -> bool:
    """Whether the length of the window was watched; half an interval may be missing at the end."""
    interval_s = min(slots[-1].interval_s, case.criterion.longest_interval or slots[-1].interval_s)
    return watched_s + interval_s / 2 >= (window_of(case) or 0.0)


def latest_window(case: Case, slots: list[SampleRound]) -> list[SampleRound]:
    """
    The newest slots that were watched for the length of the window together: what happened before no longer counts.

    A gap is not watched, so it makes the window reach further back. A window begins anew after another release answered.
    """
    if window_of(case) is None or not slots:
        return slots
    covered, later = 0.0, None
    for position in range(len(slots) - 1, -1, -1):
        slot = slots[position]
        if position < len(slots) - 1 and begins_anew(slot, slots[position + 1]):
            return slots[position + 1 :]
        if slot.counts:
            covered += seen_between(case, slot, later) if later else 0.0
            later = slot
            if long_enough(case, covered, slots):
                return slots[position:]
    return slots


def begins_anew(earlier: SampleRound, later: SampleRound) -> bool:
    """Whether another release answered between two slots."""
    facts = later.run.started.watch
    return later.run is not earlier.run and facts is not None and facts.after is not None
