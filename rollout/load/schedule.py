"""When one person acts: decided before the run, whatever the answers do."""

from random import Random
from typing import Literal

Gaps = Literal["poisson", "uniform"]


class Schedule:
    """
    The moments at which one person is due, in seconds of whatever clock *start* is read from.

    `poisson` gaps are those of many independent people; `uniform` gaps are all equal after a random first one.
    Moments are absolute: a late one does not push the next one back.
    """

    def __init__(self, per_second: float, seed: str, start: float, gaps: Gaps = "poisson") -> None:
        if not per_second > 0:
            raise ValueError(f"a person acts at some rate above 0, got {per_second!r} per second")
        self._per_second = per_second
        self._gaps = gaps
        self._random = Random(seed)
        self.due = start + self._random.random() / per_second if gaps == "uniform" else start
        if gaps == "poisson":
            self.advance()

    def advance(self) -> None:
        """Go on to the moment after this one."""
        self.due += 1 / self._per_second if self._gaps == "uniform" else self._random.expovariate(self._per_second)

    def missed(self, end: float) -> list[float]:
        """Every moment up to *end* that is still to come, gone through."""
        moments = []
        while self.due <= end:
            moments.append(self.due)
            self.advance()
        return moments
