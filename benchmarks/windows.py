"""Simulate sliding windows over weeks: how often a service at its limit is MET at any evaluation, and when an outage is over."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from rollout.arrays import Counts, Floats
from rollout.statistics.e_values import ALPHA, growth, log_mean

SLICE_S, HOUR = 30, 120  # seconds, slices
WINDOW = 48 * HOUR
WEEKS_2 = 14 * 24 * HOUR
ROLLOUTS = 400
CASES = ((0.01, 0.10), (0.01, 0.17), (0.01, 0.33), (0.01, 1.0), (0.001, 1.0), (0.05, 0.33))
OUTAGE = 60  # slices, half an hour
LATEST = 24  # windows; the end of the simulation
Certain = Callable[["Watched"], npt.NDArray[np.bool_]]


@dataclass(frozen=True)
class Watched:
    """
    Rollouts as a table: *bad* slices before each slice, each with the *share* of bad requests.

    *window* and the time between *looks* are in slices.
    """

    bad: Counts
    limit: float
    share: float
    window: int = WINDOW
    looks: int = HOUR

    @property
    def ends(self) -> Counts:
        """The number of slices at each evaluation; the first one has a whole window."""
        return np.arange(self.window, self.bad.shape[1], self.looks)

    def e_value(self, begins: int | Counts) -> Floats:
        """Logarithm of the e-value that the budget is kept, at each evaluation, for a bet that starts after *begins* slices."""
        table, _ = growth(np.array([0.0, self.share]), self.limit)
        bad = (self.bad[:, self.ends] - self.bad[:, begins])[..., None]
        slices = (self.ends - begins)[..., None]
        return log_mean(bad * table[1] + (slices - bad) * table[0])

    @property
    def kept(self) -> npt.NDArray[np.bool_]:
        """Whether the share in the newest window is within the limit, at each evaluation."""
        bad = self.bad[:, self.ends] - self.bad[:, self.ends - self.window]
        return bad * self.share < self.limit * self.window


def over_windows(watched: Watched) -> npt.NDArray[np.bool_]:
    """The judge's rule of certainty: a bet from the start, and one after each whole window, the first with half of alpha, each with half of the previous one."""
    found = np.zeros((watched.bad.shape[0], watched.ends.size), bool)
    for number, begin in enumerate(range(0, watched.bad.shape[1], watched.window)):
        later = watched.ends >= begin
        needed = log(2 ** (number + 1) / ALPHA)
        found |= later & (watched.e_value(np.full(1, begin)) >= needed)
    return found


def newest_window(watched: Watched) -> npt.NDArray[np.bool_]:
    """Certainty by the newest window alone, which gives a new chance at each evaluation."""
    certain: npt.NDArray[np.bool_] = watched.e_value(watched.ends - watched.window) >= log(1 / ALPHA)
    return certain


def simulated(limit: float, share: float, rollouts: int = ROLLOUTS, length: int = WEEKS_2, seed: int = 29) -> Watched:
    """Rollouts with a true share of bad requests of exactly *limit*, in bad slices with the *share* of bad requests each."""
    rng = np.random.default_rng([seed, round(1000 * limit), round(100 * share)])
    bad = rng.random((rollouts, length), dtype=np.float32) < limit / share
    return Watched(before(bad), limit, share)


def before(bad: npt.NDArray[np.bool_]) -> Counts:
    """The number of bad slices of each rollout before each of its slices, and in total."""
    return np.pad(np.cumsum(bad, axis=1, dtype=np.int64), ((0, 0), (1, 0)))


def false_met(watched: Watched, certain: Certain) -> float:
    """The percentage of rollouts that are MET at any evaluation."""
    return 100 * float((certain(watched) & watched.kept).any(axis=1).mean())


def hours_to_met(limit: float, certain: Certain) -> tuple[float, float]:
    """The shortest and the longest time in hours from the end of a half-hour outage to MET, over its starts within two windows."""
    begins = range(HOUR, 2 * WINDOW, 4 * HOUR)
    bad = np.zeros((len(begins), LATEST * WINDOW // 4), bool)
    for row, begin in enumerate(begins):
        bad[row, begin : begin + OUTAGE] = True
    watched = Watched(before(bad), limit, 1.0, looks=HOUR // 2)
    found = certain(watched) & watched.kept
    ends = np.array(begins) + OUTAGE
    after = found & (watched.ends >= ends[:, None] + 1)
    waits = [(watched.ends[row.argmax()] - end) / HOUR for row, end in zip(after, ends, strict=True) if row.any()]
    return min(waits), max(waits)


RULES: dict[str, Certain] = {"newest window": newest_window, "capital over windows": over_windows}


def heading(first: str) -> list[str]:
    """The first two lines of a table with a column for each rule, as Markdown."""
    return [f"| {' | '.join((first, *RULES))} |", f"|---|{'--:|' * len(RULES)}"]


def table(rollouts: int = ROLLOUTS) -> str:
    """False MET by limit and by share of bad requests in a bad slice, for both rules, as Markdown."""
    rows = heading("limit, share of bad in a bad slice")
    for limit, share in CASES:
        watched = simulated(limit, share, rollouts)
        cells = " | ".join(f"{false_met(watched, rule):.1f} %" for rule in RULES.values())
        rows.append(f"| {100 * limit:g} %, {share:.2f} | {cells} |")
    return "\n".join(rows)


def outages() -> str:
    """Times until the end of a half-hour outage is MET, by limit and rule, as Markdown."""
    rows = heading("limit")
    for limit in (0.01, 0.001):
        spans = [hours_to_met(limit, rule) for rule in RULES.values()]
        cells = " | ".join(f"{first:g} to {last:g} h" for first, last in spans)
        rows.append(f"| {100 * limit:g} % | {cells} |")
    return "\n".join(rows)
