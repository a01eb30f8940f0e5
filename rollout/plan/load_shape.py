"""How the rate of arrivals changes while a load is held: factors of the full rate, each from some second on."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf

Steps = tuple[tuple[float, float], ...]  # seconds since the beginning of the hold, factor from then on

STEADY: Steps = ((0.0, 1.0),)
SPIKE_BEGINS, SPIKE_ENDS = 0.45, 0.55


def spike(hold_s: float, factor: float) -> Steps:
    """Full rate, and *factor* times as much in the middle tenth."""
    return ((0.0, 1.0), (SPIKE_BEGINS * hold_s, factor), (SPIKE_ENDS * hold_s, 1.0))


def stages(hold_s: float, shares: Sequence[float]) -> Steps:
    """Equally long stages; *shares* are in proportion to their rates, the largest is the full one."""
    return tuple((number * hold_s / len(shares), share / max(shares)) for number, share in enumerate(shares))


def passed(steps: Steps, seconds: float) -> float:
    """How many seconds at full rate the first *seconds* of the hold are worth."""
    ends = [*(begin for begin, _ in steps[1:]), inf]
    return sum(max(0.0, min(end, seconds) - begin) * factor for (begin, factor), end in zip(steps, ends, strict=True))


def reached(steps: Steps, worth: float) -> float:
    """The second of the hold at which *worth* seconds at full rate have passed: the inverse of `passed`."""
    for (begin, factor), (end, _) in pairwise(steps):
        span = (end - begin) * factor
        if worth <= span:
            return begin + worth / factor
        worth -= span
    begin, factor = steps[-1]
    return begin + worth / factor
