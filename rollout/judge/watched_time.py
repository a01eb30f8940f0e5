"""How much of the time was watched: only what lies between two samples that are close enough to each other."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rollout.judge.finding import Case
from rollout.judge.sample_round import SampleRound
from rollout.judge.slots import window_of

LONGEST_S = 900.0  # where neither plan nor monitor says how far apart samples may be
ROUNDING_S = 0.002  # moments are written to the millisecond


def seen_between(case: Case, earlier: SampleRound, later: SampleRound) -> float:
    """
    The seconds from one sample to the next, 0 if they are too far apart to have seen what lies between.

    The longest distance is the plan's `longest_interval`, else the interval of the monitor.
    """
    longest = case.criterion.longest_interval or max(earlier.interval_s, later.interval_s)
    step = later.due - earlier.due
    return step if step <= longest + ROUNDING_S else 0.0


def watched(case: Case, slots: Iterable[SampleRound]) -> float:
    """The seconds that were watched between the slots that count."""
    return sum(seen_between(case, *pair) for pair in pairwise(slot for slot in slots if slot.counts))


def long_enough(case: Case, watched_s: float, slots: list[SampleRound]) -> bool:
    """Whether the length of the window was watched."""
    return watched_s >= wanted_s(case, slots)


def wanted_s(case: Case, slots: Sequence[SampleRound]) -> float:
    """The seconds that the window must be watched: half of the shortest interval may be missing at its end."""
    intervals = (slot.interval_s for slot in slots)
    return (window_of(case) or 0.0) - min((case.criterion.longest_interval or LONGEST_S, *intervals)) / 2


def latest_window(case: Case, slots: list[SampleRound]) -> list[SampleRound]:
    """
    The newest slots that were watched for the length of the window together: what happened before no longer counts.

    A gap is not watched, so it makes the window reach further back. A window begins anew after another release answered.
    """
    if window_of(case) is None or not slots:
        return slots
    covered, later, wanted = 0.0, None, wanted_s(case, slots)
    for position in range(len(slots) - 1, -1, -1):
        slot = slots[position]
        if position < len(slots) - 1 and begins_anew(slot, slots[position + 1]):
            return slots[position + 1 :]
        if slot.counts:
            covered += seen_between(case, slot, later) if later else 0.0
            later = slot
            if covered >= wanted:
                return slots[position:]
    return slots


def begins_anew(earlier: SampleRound, later: SampleRound) -> bool:
    """Whether another release answered between two slots."""
    if later.run is earlier.run:
        return False
    facts = later.run.started.watch
    return facts is not None and facts.after is not None
