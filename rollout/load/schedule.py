"""When one person acts: decided before the run, whatever the answers do."""

from random import Random
from typing import Literal

from rollout.load.pace import Pace

Gaps = Literal["poisson", "uniform"]


class Schedule:
    """
    The moments at which one person is due, in seconds of whatever clock *start* is read from.

    `poisson` gaps are those of many independent people; `uniform` gaps are all equal after a random first one.
    Moments are absolute: a late one does not push the next one back.
    """

    def __init__(
        self, per_second: float, seed: str, start: float, gaps: Gaps = "poisson", pace: Pace | None = None
    ) -> None:
        if not per_second > 0:
            raise ValueError(f"a person acts at some rate above 0, got {per_second!r} per second")
        self._per_second = per_second
        self._gaps = gaps
        self._random = Random(seed)
        self._start = start
        self._pace = pace or Pace()
        self._worth = self._random.random() / per_second if gaps == "uniform" else 0.0
        if gaps == "poisson":
            self.advance()

    @property
    def due(self) -> float:
        """The next moment; it moves when the pace changes."""
        return self._pace.moment(self._start, self._worth)

    def advance(self) -> None:
        """Go on to the moment after this one."""
        self._worth += 1 / self._per_second if self._gaps == "uniform" else self._random.expovariate(self._per_second)

    def missed(self, end: float) -> list[float]:
        """Every moment up to *end* that is still to come, gone through."""
        moments = []
        while (due := self.due) <= end:
            moments.append(due)
            self.advance()
        return moments
