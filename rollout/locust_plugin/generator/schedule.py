"""The moments of arrivals: the clock of a process, the shape of the load, and the schedule of one user."""

import time
from dataclasses import dataclass
from random import Random
from typing import Literal

from rollout.plan.load_shape import STEADY, Steps, passed, reached

Gaps = Literal["poisson", "uniform"]


class RunClock:
    """Converts `perf_counter` readings (moments) to seconds since the epoch; a step of the wall clock does not move them."""

    def __init__(self) -> None:
        self._offset = time.time() - time.perf_counter()

    def second(self, moment: float) -> int:
        """The second since the epoch in which *moment* lies."""
        return int(moment + self._offset)

    def moment(self, second: int) -> float:
        """The moment at which *second* begins."""
        return second - self._offset

    def wall(self) -> float:
        """Now, in seconds since the epoch."""
        return time.perf_counter() + self._offset


@dataclass
class LoadShape:
    """
    The rate of all users over time: *steps* are pairs of seconds after the moment *opens* and a factor of the full rate.

    Before the measured window opens, the first factor holds.
    """

    steps: Steps = STEADY
    opens: float | None = None

    @property
    def changes(self) -> bool:
        return len(self.steps) > 1

    def moment(self, start: float, worth: float) -> float:
        """The moment at which a schedule begun at *start* has accumulated *worth* seconds of the full rate."""
        first = self.steps[0][1]
        due = start + worth / first
        if self.opens is None or due <= self.opens or not self.changes:
            return due
        if start < self.opens:
            return self.opens + reached(self.steps, worth - (self.opens - start) * first)
        return self.opens + reached(self.steps, passed(self.steps, start - self.opens) + worth)


class Schedule:
    """
    The moments at which one user is due, in seconds of the clock of *start*.

    `poisson` gaps are those of many independent users; `uniform` gaps are all equal after a random first one.
    Moments are absolute: a late arrival does not delay the next one.
    """

    def __init__(
        self, per_second: float, seed: str, start: float, gaps: Gaps = "poisson", shape: LoadShape | None = None
    ) -> None:
        if not per_second > 0:
            raise ValueError(f"a user acts at some rate above 0, got {per_second!r} per second")
        self._per_second = per_second
        self._gaps = gaps
        self._random = Random(seed)
        self._start = start
        self._shape = shape or LoadShape()
        self._worth = self._random.random() / per_second if gaps == "uniform" else 0.0
        if gaps == "poisson":
            self.advance()

    @property
    def due(self) -> float:
        """The next moment; it moves when the load shape opens."""
        return self._shape.moment(self._start, self._worth)

    def advance(self) -> None:
        """Go on to the moment after this one."""
        self._worth += 1 / self._per_second if self._gaps == "uniform" else self._random.expovariate(self._per_second)

    def missed(self, end: float) -> list[float]:
        """Every remaining moment up to *end*; the schedule advances past them."""
        moments = []
        while (due := self.due) <= end:
            moments.append(due)
            self.advance()
        return moments
