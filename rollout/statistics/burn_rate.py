"""
How fast the budget of a window is used up, over a long window and a short one that shows whether it still goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HOUR_S = 3600.0


@dataclass(frozen=True)
class WindowPair:
    """*share* of the budget may be used up within *long_s*; *short_s* shows whether that still goes on."""

    share: float
    long_s: float
    short_s: float

    def factor(self, window_s: float) -> float:
        """The burn rate allowed for a budget over *window_s*: 1 uses it up exactly at the end of the window."""
        return self.share * window_s / self.long_s


@dataclass(frozen=True)
class Burn:
    """
    A budget that is used up too fast: *down_s* of downtime in the long window of *pair*, of *budget_s* in all.

    *long* and *short* are the burn rates in either window, *factor* is the rate allowed.
    """

    pair: WindowPair
    budget_s: float
    down_s: float
    long: float
    short: float
    factor: float

    @property
    def used(self) -> float:
        """The share of the whole window's budget that the long window used up."""
        return self.down_s / self.budget_s


def pairs(window_s: float) -> list[WindowPair]:
    """
    The pairs of an objective over *window_s*, fastest first.

    The well-known factors belong to 30 days. A pair that a service may reach and still keep its budget is left out.
    """
    fixed = [WindowPair(0.10, HOUR_S, 300.0), WindowPair(0.25, 6 * HOUR_S, 1800.0)]
    return [*(pair for pair in fixed if pair.factor(window_s) > 1), WindowPair(0.50, window_s / 2, window_s / 16)]


def burning(down: Sequence[tuple[float, float]], share: float, window_s: float) -> Burn | None:
    """
    The fastest pair that is exceeded in both of its windows now; None if none is.

    *down* are moments with the seconds of downtime that ended there, by time; the last moment is now. *share* of the
    window may be bad.
    """
    now = down[-1][0] if down else 0.0
    for pair in pairs(window_s):
        long_s, short_s = (sum(bad for at, bad in down if at > now - span) for span in (pair.long_s, pair.short_s))
        long, short = long_s / (share * pair.long_s), short_s / (share * pair.short_s)
        if min(long, short) > pair.factor(window_s):
            return Burn(pair, share * window_s, long_s, long, short, pair.factor(window_s))
    return None
