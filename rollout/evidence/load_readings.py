"""What each load generator measured about itself in each second, as columns of numbers."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf, isfinite, isnan, nan

import numpy as np
import numpy.typing as npt

from rollout.arrays import Floats
from rollout.evidence.records import LoadGenerator
from rollout.evidence.told_once import ToldOnce, share_a_time

WAITED = ("waited_percent", "target_waited_percent")  # not every kernel has them
SHARES = ("cpu_percent", "steal_percent", *WAITED)
WHOLE_PERCENT = {
    "steal_percent": 100.0,
    "target_waited_percent": 100.0,
}  # a process may use or wait with several threads
READING = ("t", "lag_p99_ms", *SHARES)  # numbers kept of each reading


def is_share(name: str, percent: float) -> bool:
    """Whether a share of a processor, in percent, can be what is called *name*."""
    return isfinite(percent) and 0 <= percent <= WHOLE_PERCENT.get(name, inf)


@dataclass
class LoadReadings:
    """The records of kind `load-generator`, in order."""

    workers: dict[str, int] = field(default_factory=dict)
    _worker: "array[int]" = field(default_factory=lambda: array("I"))
    _second: "array[int]" = field(default_factory=lambda: array("q"))
    _numbers: "array[float]" = field(default_factory=lambda: array("d"))  # the numbers of READING, record by record

    def __len__(self) -> int:
        return len(self._second)

    def add(self, record: LoadGenerator) -> None:
        """Add one record."""
        self._worker.append(self.workers.setdefault(record.worker, len(self.workers)))
        self._second.append(record.second)
        lag, waited, target = record.lag_p99_ms, record.waited_percent, record.target_waited_percent
        unknown = nan if waited is None else waited, nan if target is None else target
        self._numbers.fromlist(
            [record.t, nan if lag is None else lag, record.cpu_percent, record.steal_percent, *unknown]
        )

    def __iter__(self) -> Iterator[LoadGenerator]:
        """The records, built again one by one."""
        names = list(self.workers)
        numbers = iter(self._numbers)
        for worker, second, (t, lag, cpu, steal, *waited) in zip(
            self._worker, self._second, zip(*[numbers] * len(READING), strict=True), strict=True
        ):
            yield LoadGenerator(
                t=t,
                worker=names[worker],
                second=second,
                cpu_percent=cpu,
                steal_percent=steal,
                lag_p99_ms=None if isnan(lag) else lag,
                **{name: None if isnan(each) else each for name, each in zip(WAITED, waited, strict=True)},
            )

    def told_once(self, told: ToldOnce) -> "LoadReadings":
        """The records that are new to *told*; the same object where none can stand there again."""
        if not share_a_time(self._column("t")):
            return self
        kept = LoadReadings()
        for record in told.first_ones(self):
            kept.add(record)
        return kept

    def span(self) -> tuple[float, ...]:
        """The first and the last second; empty where there is no record."""
        return (float(min(self._second)), float(max(self._second))) if self._second else ()

    def impossible(self) -> dict[str, str]:
        """Worker → an impossible share of a processor that it recorded, in words."""
        found: dict[str, str] = {}
        for name in SHARES:
            share = self._told(name)
            known = ~np.isnan(share) if name in WAITED else np.ones(share.size, bool)
            for at in np.flatnonzero(known & ~possible(name, share))[:1]:
                found.setdefault(list(self.workers)[self._worker[at]], f"{name} {share[at]:g}")
        return found

    def seconds(self, numbers: Sequence[str], least: float) -> set[int]:
        """The seconds in which some worker recorded *numbers* that add up to *least* or more; an unknown one is 0."""
        added = sum((np.nan_to_num(self._column(number)) for number in numbers), np.zeros(len(self)))
        return set(np.array(self._second, dtype=np.int64)[added >= least].tolist())

    def mean(self, number: str, seconds: int = 0) -> float | None:
        """
        The mean of a *number* over all readings, but for at least as many as there are *seconds*; None where no reading has it.

        A reading without it counts 0, and so does one that is missing.
        """
        values = self._column(number)
        if np.isnan(values).all():
            return None
        return float(np.nan_to_num(values).sum()) / max(len(self), seconds)

    def _column(self, number: str) -> Floats:
        """One number of each reading; a share that is impossible is unknown."""
        told = self._told(number)
        return np.where(possible(number, told), told, nan) if number in SHARES else told

    def _told(self, number: str) -> Floats:
        return np.array(self._numbers, dtype=np.float64).reshape(-1, len(READING))[:, READING.index(number)]

    def means(self, number: str, first: int, last: int) -> dict[str, float]:
        """Worker → the mean of a *number* over its readings from the second *first* to *last* that have it."""
        second = np.array(self._second, dtype=np.int64)
        values = self._column(number)
        inside = (second >= first) & (second <= last) & ~np.isnan(values)
        worker = np.array(self._worker, dtype=np.int64)[inside]
        count = np.bincount(worker, minlength=len(self.workers))
        total = np.bincount(worker, weights=values[inside], minlength=len(self.workers))
        return {name: float(total[at] / count[at]) for name, at in self.workers.items() if count[at]}


def possible(name: str, shares: Floats) -> npt.NDArray[np.bool_]:
    """Which of these *shares* can be what is called *name*, as `is_share` says of one."""
    return np.isfinite(shares) & (shares >= 0) & (shares <= WHOLE_PERCENT.get(name, inf))
