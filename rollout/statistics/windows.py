"""Rollback triggers: fresh windows, because capital carried over from good times would be slow to see a break."""

from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from rollout.statistics.capital import Floats, log_mean

WINDOW_REQUESTS = 500
WINDOW_S = 60
ALPHA = 0.02  # a rollback is dear: at 4 % bad, one window of a thousand says "more than 5 %"
LEAST_REQUESTS = 20  # two failures in a row would win the bet at 5 %: fair odds, but no reason to roll back


@dataclass(frozen=True)
class Alarm:
    """The first window in which the trigger was certainly passed; *start* and *end* are positions, end included."""

    start: int
    end: int
    bad: int
    total: int
    e_fail: float

    @property
    def share(self) -> float:
        return self.bad / self.total


def first_alarm(
    bad: npt.ArrayLike,
    total: npt.ArrayLike,
    limit: float,
    *,
    alpha: float = ALPHA,
    requests: int = WINDOW_REQUESTS,
    seconds: int = WINDOW_S,
) -> Alarm | None:
    """
    The first fresh window of *requests* or *seconds* that shows more than *limit* bad, from counters per second.

    Each window begins with fresh capital, bets on single requests and is looked at after every second. A window
    also needs 20 requests and more bad than the limit in plain counts.
    """
    bads, totals = np.asarray(bad, dtype=np.int64), np.asarray(total, dtype=np.int64)
    bets = sizes(limit)
    gain, loss = np.log1p(bets * (1 - limit)), np.log1p(-bets * limit)
    for start, end in windows(totals, requests, seconds):
        ills = np.cumsum(bads[start:end])
        alls = np.cumsum(totals[start:end])
        if ills.size == 0 or ills[-1] == 0:
            continue
        held = log_mean(ills[:, None] * gain + (alls - ills)[:, None] * loss)
        hits = np.flatnonzero((held >= log(1 / alpha)) & (alls >= LEAST_REQUESTS) & (ills > limit * alls))
        if hits.size:
            at = int(hits[0])
            return Alarm(start, start + at, int(ills[at]), int(alls[at]), float(np.exp(min(held[at], 700.0))))
    return None


def sizes(limit: float) -> Floats:
    """Three fixed bets that win fastest where the truth is half more, twice and three times the limit."""
    volume = np.minimum(limit * np.array([0.5, 1.0, 2.0]), 0.9)
    size: Floats = volume / limit
    return size


def windows(totals: npt.NDArray[np.int64], requests: int, seconds: int) -> list[tuple[int, int]]:
    """Consecutive windows as half-open ranges of seconds, each closed by its requests or its seconds."""
    found = []
    running = np.concatenate(([0], np.cumsum(totals)))
    start = 0
    while start < totals.size:
        full = int(np.searchsorted(running, running[start] + requests))
        end = min(max(full, start + 1), start + seconds, totals.size)
        found.append((start, end))
        start = end
    return found
