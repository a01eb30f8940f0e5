"""What workers sent while their own link was down: nothing of it is evidence about the target."""

from collections.abc import Set
from dataclasses import dataclass, field

import numpy as np

from rollout.arrays import Floats
from rollout.evidence import Run
from rollout.evidence.records import LoadOffline
from rollout.evidence.row import FIXED

TIME = FIXED.index("total_ms")  # rounded in each record, so that parts may add up to more than their sum


@dataclass(frozen=True)
class Offline:
    """
    *rows* is what workers without a link counted, by request name and second.

    Of the seconds *untold* nobody knows what those with a link sent.
    """

    rows: dict[str, dict[int, Floats]] = field(default_factory=dict)
    untold: frozenset[int] = frozenset()

    def part(self, members: Set[str] | None) -> dict[int, Floats]:
        """Second → the sum of the rows of the names *members*, or of all."""
        found: dict[int, Floats] = {}
        for name, rows in self.rows.items():
            if members is None or name in members:
                for second, row in rows.items():
                    found[second] = found.get(second, 0.0) + row
        return found


def offline_part(run: Run) -> Offline:
    """What workers of a run sent without a link."""
    rows: dict[str, dict[int, Floats]] = {}
    down, told = set[tuple[str, int]](), set[tuple[str, int]]()
    odd = set[int]()
    for record in run.of(LoadOffline):
        down.add((record.worker, record.second))
        if record.names is not None:
            told.add((record.worker, record.second))
            odd |= add_up(rows, record.second, record.names, run.seconds.width)
    untold = {second for _, second in down - told} | odd | contradictory(run, rows)
    kept = {name: {at: row for at, row in each.items() if at not in untold} for name, each in rows.items()}
    return Offline(kept, frozenset(untold))


def add_up(rows: dict[str, dict[int, Floats]], second: int, names: dict[str, list[float]], width: int) -> set[int]:
    """Add rows of a *second* to *rows*; gives that second if one of them is no row of the run."""
    if any(len(numbers) != width for numbers in names.values()):
        return {second}
    for name, numbers in names.items():
        mine = rows.setdefault(name, {})
        mine[second] = mine.get(second, 0.0) + np.array(numbers, dtype=np.float64)
    return set()


def contradictory(run: Run, rows: dict[str, dict[int, Floats]]) -> set[int]:
    """The seconds in which workers without a link counted more of a name than all workers, or less than nothing."""
    found = set[int]()
    for name, mine in rows.items():
        every = run.seconds.sums({name})
        counts = np.arange(run.seconds.width) != TIME
        for second, row in mine.items():
            at = second - every.start
            if not 0 <= at < every.planned.size or (row > every.rows[at])[counts].any() or (row < 0).any():
                found.add(second)
    return found
