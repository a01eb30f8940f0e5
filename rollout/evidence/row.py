"""
What is counted about one request name in one second: named fields here, a list of numbers in messages and journals.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import Self

LATE_S = 0.050  # seconds after which a request counts as sent late
FIXED = ("due", "n", "err", "dropped", "late", "total_ms")


@dataclass(slots=True)
class Row:
    """
    Requests *due*, answered (*n*), failed of those (*err*), never answered (*dropped*) and sent *late*.

    *total_ms* is the time of those answered, *slow* counts the good ones that took as long as each latency limit.
    """

    due: int = 0
    n: int = 0
    err: int = 0
    dropped: int = 0
    late: int = 0
    total_ms: float = 0.0
    slow: list[int] = field(default_factory=list)

    @classmethod
    def empty(cls, limits: int) -> Self:
        """Nothing counted yet, under that many latency limits."""
        return cls(slow=[0] * limits)

    @classmethod
    def read(cls, numbers: Sequence[float]) -> Self:
        """The row of a list in a journal."""
        due, n, err, dropped, late, total_ms, *slow = numbers
        return cls(int(due), int(n), int(err), int(dropped), int(late), total_ms, [int(value) for value in slow])

    def numbers(self) -> list[float]:
        """The list that a worker sends."""
        return [self.due, self.n, self.err, self.dropped, self.late, self.total_ms, *self.slow]

    def written(self) -> list[float]:
        """The list that goes to a journal: the time in whole milliseconds or to a tenth of one."""
        time = int(self.total_ms) if self.total_ms == int(self.total_ms) else round(self.total_ms, 1)
        return [self.due, self.n, self.err, self.dropped, self.late, time, *self.slow]

    def add(self, other: "Row") -> None:
        """Add what was counted elsewhere about the same name and second."""
        self.due += other.due
        self.n += other.n
        self.err += other.err
        self.dropped += other.dropped
        self.late += other.late
        self.total_ms += other.total_ms
        self.slow = [mine + theirs for mine, theirs in zip(self.slow, other.slow, strict=True)]

    @property
    def failed(self) -> int:
        """Requests that failed or were never answered."""
        return self.err + self.dropped

    @property
    def total(self) -> int:
        """Requests attempted."""
        return self.n + self.dropped


def columns(slow_ms: Iterable[float]) -> tuple[str, ...]:
    """The names of a row's numbers on the wire, one column for each latency limit at the end."""
    return (*FIXED, *(slow_column(limit) for limit in slow_ms))


def slow_column(limit_ms: float) -> str:
    """The column that counts requests of *limit_ms* or more."""
    return f"slow_{limit_ms:g}_ms"


def limit_of(column: str) -> float:
    """The latency limit of a column that counts slow requests, in ms; NaN for any other column."""
    try:
        return float(column.removeprefix("slow_").removesuffix("_ms"))
    except ValueError:
        return nan


def columns_fit(names: Sequence[str]) -> bool:
    """Whether columns begin as every row does."""
    return tuple(names[: len(FIXED)]) == FIXED
