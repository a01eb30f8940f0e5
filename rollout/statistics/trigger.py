"""
Rollback triggers: a break must be certain and last.

A look is taken every 10 s. A trigger fires when both hold:

- certain: the requests of the last 60 s, judged by the bet against the limit with fresh e-values, make at least 20;
- lasting: each of the last three slices of 10 s has at least 10 requests and a share of bad beyond the limit.

The e-values are fresh, because those of good times would hide a bad minute. Three slices are needed, because a blip of
a few seconds must not roll a release back. A service that answers nothing for 30 s fires without ten requests a slice,
provided that the monitor itself is known to be online.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import exp

import numpy as np
import numpy.typing as npt

from rollout.arrays import Counts, Floats
from rollout.statistics.e_values import ALPHA, VOLUME, log_mean

LOOK_S = 10
WINDOW_S = 60
LASTING_LOOKS = 3
LEAST_REQUESTS = 10


@dataclass(frozen=True)
class Alarm:
    """
    The first window that fired a trigger.

    *start* and *end* are the positions of its first and last second; *bad* of *total* requests in it were bad;
    *e_fail* is the e-value of the fail bet.
    """

    start: int
    end: int
    bad: int
    total: int
    e_fail: float

    @property
    def share(self) -> float:
        """The share of bad requests in the window."""
        return self.bad / self.total


def first_alarm(
    bad: npt.ArrayLike,
    total: npt.ArrayLike,
    limit: Fraction,
    *,
    inclusive: bool = False,
    unanswered: npt.ArrayLike | None = None,
) -> Alarm | None:
    """
    The first window that fires, from counters of consecutive seconds; None if none does.

    *limit* is a share; with *inclusive* an equal share is beyond it. *unanswered* counts requests that failed or were
    not answered, and is given only where the monitor is known to be online: then silence of the target fires by
    itself.
    """
    ills, alls = per_look(bad), per_look(total)
    lasting = runs_of(beyond(ills, alls, limit, inclusive) & (alls >= LEAST_REQUESTS))
    silent = np.zeros(alls.size, bool) if unanswered is None else answers_nothing(per_look(unanswered), alls)
    for look in np.flatnonzero(lasting | silent):
        alarm = window_at(int(look), ills, alls, float(limit))
        if silent[look] or alarm.e_fail >= 1 / ALPHA:
            return alarm
    return None


def first_bad_mean(n: Counts, sums: Floats, bad: Callable[[float], bool]) -> tuple[int, int] | None:
    """
    The positions of the first and last second of the first window whose mean is *bad*, and that of each of its last
    three slices; None if there is none. *n* values of each second add up to *sums*.
    """
    whole = n.size - n.size % LOOK_S
    alls, totals = per_look(n), sums[:whole].reshape(-1, LOOK_S).sum(axis=1)
    slices = zip(alls.tolist(), totals.tolist(), strict=True)
    flags = [count >= LEAST_REQUESTS and bad(total / count) for count, total in slices]
    for look in np.flatnonzero(runs_of(np.array(flags, bool))).tolist():
        window = slice(first_look(look), look + 1)
        if bad(float(totals[window].sum()) / int(alls[window].sum())):
            return window.start * LOOK_S, (look + 1) * LOOK_S - 1
    return None


def per_look(counts: npt.ArrayLike) -> Counts:
    """Counters of whole slices of 10 s; a slice that is not over yet is left out."""
    seconds = np.asarray(counts, dtype=np.int64)
    whole = seconds.size - seconds.size % LOOK_S
    sums: Counts = seconds[:whole].reshape(-1, LOOK_S).sum(axis=1)
    return sums


def beyond(bad: Counts, total: Counts, limit: Fraction, inclusive: bool) -> npt.NDArray[np.bool_]:
    """Whether each slice is beyond the *limit*, compared in whole numbers."""
    left, right = bad * limit.denominator, total * limit.numerator
    return left >= right if inclusive else left > right


def runs_of(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether this slice and the two before it are all flagged."""
    found = np.zeros(flags.size, bool)
    if flags.size >= LASTING_LOOKS:
        found[LASTING_LOOKS - 1 :] = np.lib.stride_tricks.sliding_window_view(flags, LASTING_LOOKS).all(axis=1)
    return found


def answers_nothing(unanswered: Counts, total: Counts) -> npt.NDArray[np.bool_]:
    """Whether each of the last three slices had a request, and none of them was answered."""
    return runs_of((unanswered == total) & (total > 0))


def first_look(look: int) -> int:
    """The first slice of the last minute at the end of slice *look*."""
    return max(0, look + 1 - WINDOW_S // LOOK_S)


def window_at(look: int, ills: Counts, alls: Counts, limit: float) -> Alarm:
    """The last minute at the end of slice *look*, with the e-value of its requests."""
    first = first_look(look)
    bad, total = int(ills[first : look + 1].sum()), int(alls[first : look + 1].sum())
    return Alarm(first * LOOK_S, (look + 1) * LOOK_S - 1, bad, total, exp(min(log_e_value(bad, total, limit), 700.0)))


def log_e_value(bad: int, total: int, limit: float) -> float:
    """Logarithm of a fresh e-value of the fail bet after single requests, as a mixture of 64 fixed bets."""
    size = VOLUME**4 / limit
    return float(log_mean(bad * np.log1p(size * (1 - limit)) + (total - bad) * np.log1p(-size * limit)))
