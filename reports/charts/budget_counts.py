"""The counts of load runs for one budget, by second and by slice, as summed by the judge."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from reports.charts.subject import Subject
from rollout.arrays import Counts, Floats
from rollout.judge.load_attempts import Attempts, Judged, attempts
from rollout.judge.load_evidence import Tally
from rollout.judge.load_share import Measured
from rollout.judge.request_budget import budget

MOST_BINS = 240  # about two pixels each; a week is then drawn as fast as a minute


@dataclass(frozen=True)
class Budgeted:
    """A budget on a share of requests, with its load runs (*found*)."""

    subject: Subject
    found: Attempts

    @cached_property
    def measured(self) -> Measured:
        """The judge's own sums and e-values."""
        return measured(self.subject, self.found)

    @property
    def drawn(self) -> list[Judged]:
        """The attempts that count; if none does, the newest readable one."""
        readable = [judged for judged in self.found.all if judged.attempt.whole.planned.size]
        return self.found.proving or self.found.accusing or readable[-1:]

    @property
    def problem(self) -> str:
        """A sentence with the reason why the newest run does not count; empty if it does."""
        return f" The newest run proves nothing: {self.found.newest_problem}." if self.found.newest_problem else ""

    def tally(self, judged: Judged) -> Tally:
        """The measured window of an attempt, or the whole attempt if it never reached its window."""
        window = judged.attempt.window
        return window if window.planned.size else judged.attempt.whole

    @cached_property
    def bad(self) -> Counts:
        """Bad requests of each measured second, one attempt after the other."""
        return np.concatenate([self.measured.asked.bad(self.tally(judged)) for judged in self.drawn])

    @cached_property
    def total(self) -> Counts:
        """Requests of each measured second."""
        return np.concatenate([self.tally(judged).total for judged in self.drawn])

    @cached_property
    def shares(self) -> Floats:
        """The share of bad in each slice of the attempts that count."""
        return self.slices_of(self.found.proving or self.found.accusing)

    def slices_of(self, runs: list[Judged]) -> Floats:
        """The share of bad in each slice of *runs*, one after the other."""
        return np.concatenate([np.zeros(0), *(self.measured.shares(judged) for judged in runs)])

    @property
    def limit(self) -> float:
        """The share of bad that the budget allows."""
        return float(self.measured.asked.share)


def budgeted(subject: Subject) -> Budgeted | None:
    """The budget of *subject* with its load runs; None if there is none."""
    found = attempts(subject.case, subject.name)
    return Budgeted(subject, found) if found.all else None


def measured(subject: Subject, found: Attempts) -> Measured:
    """The judge's evaluation of the attempts."""
    criterion = subject.criterion
    assert criterion.limit is not None  # the plan's parser ensures a limit for measured criteria
    return Measured(subject.case, found, budget(criterion.limit, subject.metric))


def binned(values: npt.ArrayLike, width: int) -> Floats:
    """Sums of *width* neighbouring values each."""
    plain = np.asarray(values, dtype=np.float64)
    sums: Floats = np.pad(plain, (0, -plain.size % width)).reshape(-1, width).sum(axis=1)
    return sums


def extremes(values: Floats, width: int) -> tuple[Floats, Floats]:
    """The lowest and the highest of *width* neighbouring values each; NaN if all of them are NaN."""
    rows = np.pad(values, (0, -values.size % width), constant_values=np.nan).reshape(-1, width)
    lowest, highest = np.fmin.reduce(rows, axis=1), np.fmax.reduce(rows, axis=1)
    return lowest, highest


def bin_width(size: int, most: int = MOST_BINS) -> int:
    """The number of values per bin that gives at most *most* bins."""
    return max(1, -(-size // most))


def checkpoints(size: int, most: int) -> list[int]:
    """At most *most* numbers from 1 to *size*, the last one included, closer together at the beginning."""
    if size == 0:
        return []
    steps = np.linspace(0, 1, min(size, most)) ** 1.3 * (size - 1) + 1
    return sorted(set(np.rint(steps).astype(int).tolist()) | {size})
