"""Read a load run's journal into arrays of consecutive seconds; whatever cannot be a count is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rollout.evidence import Record, Run, State
from rollout.plan.load_shape import STEADY, Steps

ALL = "all"
DUE, N, ERR, DROPPED, LATE, TOTAL_MS = range(6)
FIXED = ["due", "n", "err", "dropped", "late", "total_ms"]
SETTLED_S = 12  # after that long a request was answered, failed, or its generator died
LONGEST_S = 40 * 86400

Matrix = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tally:
    """Counters of the seconds from *start* on, for one request name or all of them."""

    start: int
    planned: Counts
    sent: Counts
    rows: Matrix
    columns: tuple[str, ...]

    def column(self, name: str) -> Counts:
        """One column as counts; ValueError where this run did not count it."""
        if name not in self.columns:
            raise ValueError(f"this run counted {', '.join(self.columns)}, but not {name}")
        return self.rows[:, self.columns.index(name)].astype(np.int64)

    @property
    def dropped(self) -> Counts:
        """Requests never answered, those of a generator that died while they were open included."""
        due, n, dropped = (self.column(name) for name in ("due", "n", "dropped"))
        settled = np.arange(due.size) < due.size - SETTLED_S
        return dropped + np.where(settled, np.maximum(due - n - dropped, 0), 0)

    @property
    def total(self) -> Counts:
        """Requests attempted, those that were due and never sent included."""
        return self.column("n") + self.dropped

    @property
    def failed(self) -> Counts:
        """Requests that failed or were never answered."""
        return self.column("err") + self.dropped

    def slow(self, limit_ms: float) -> Counts:
        """Requests that took *limit_ms* or more, failed ones included."""
        return self.failed + self.column(f"slow_{limit_ms:g}_ms")

    def between(self, first: int, last: int | None) -> "Tally":
        """The seconds from *first* to *last*, both included."""
        begin = max(0, first - self.start)
        end = self.planned.size if last is None else max(begin, last + 1 - self.start)
        part = slice(begin, end)
        return Tally(self.start + begin, self.planned[part], self.sent[part], self.rows[part], self.columns)


@dataclass(frozen=True)
class Facts:
    """What the run set out to do; *hold_s* is None where nobody said how long."""

    users: float
    actions_per_minute: float
    slice_s: float
    least_requests: float
    hold_s: float | None
    pace: Steps = STEADY

    @classmethod
    def read(cls, facts: dict[str, Any]) -> "Facts":
        """The facts of `run-started`; ValueError for anything that is no positive number."""
        return cls(
            users=positive(facts, "users"),
            actions_per_minute=positive(facts, "actions_per_minute"),
            slice_s=positive(facts, "slice_s"),
            least_requests=positive(facts, "least_requests"),
            hold_s=None if facts["hold_s"] is None else positive(facts, "hold_s"),
            pace=tuple((float(begin), float(factor)) for begin, factor in facts.get("pace", STEADY)),
        )


@dataclass(frozen=True)
class Attempt:
    """One load run: *whole* is everything it counted, *window* the measured part of it."""

    run: Run
    facts: Facts
    whole: Tally
    window: Tally
    opened: bool

    @property
    def complete(self) -> bool:
        return self.run.state is State.COMPLETE


NOTHING = Tally(0, np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, len(FIXED))), tuple(FIXED))
NO_FACTS = Facts(users=1, actions_per_minute=1, slice_s=1, least_requests=1, hold_s=None)


def nothing(run: Run) -> Attempt:
    """A run whose records cannot be read."""
    return Attempt(run, NO_FACTS, NOTHING, NOTHING, opened=False)


def attempt(run: Run, name: str = ALL) -> Attempt:
    """The run as arrays; ValueError, KeyError or TypeError where its records cannot be read."""
    facts = Facts.read(run.started["load"])
    members = None if name == ALL else {name, *(each for each, kind in scenarios_of(run).items() if kind == name)}
    whole = tally(run.of("load-second"), tuple(run.started["columns"]), members)
    window = next(run.of("load-window"), None)
    if window is None:
        return Attempt(run, facts, whole, whole.between(0, -1), opened=False)
    last = None if window["last"] is None else int(window["last"])
    return Attempt(run, facts, whole, whole.between(int(window["first"]), last), opened=True)


def scenarios_of(run: Run) -> dict[str, str]:
    """Request name → the scenario it belongs to, as far as the run tells."""
    told: dict[str, str] = {}
    for record in run.of("load-scenarios"):
        told |= {str(name): str(kind) for name, kind in record["names"].items()}
    return told


def positive(facts: dict[str, Any], name: str) -> float:
    """A fact that must be a number above zero."""
    value = facts[name]
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < float("inf"):
        raise ValueError(f"load.{name} is {value!r}, want a number above 0")
    return float(value)


def tally(records: Iterable[Record], columns: tuple[str, ...], members: set[str] | None = None) -> Tally:
    """Add up the records of each second, of the names *members* only; several about the same second are parts of it."""
    if list(columns[: len(FIXED)]) != FIXED:
        raise ValueError(f"columns begin {columns[: len(FIXED)]!r}, want {FIXED!r}")
    arrivals: list[tuple[int, int, int]] = []
    seconds: list[int] = []
    rows: list[list[float]] = []
    for record in records:
        second, names = record["second"], record["names"]
        arrivals.append((second, record["planned"], record["sent"]))
        found = [row for name, row in names.items() if members is None or name in members]
        rows.extend(found)
        seconds.extend([second] * len(found))
    return added(numbers(arrivals, 3), numbers(seconds, None), numbers(rows, len(columns)), columns)


def added(arrivals: Matrix, seconds: Matrix, rows: Matrix, columns: tuple[str, ...]) -> Tally:
    """Sums per second over the whole stretch, silent seconds included."""
    if arrivals.shape[0] == 0:
        empty = np.zeros(0, dtype=np.int64)
        return Tally(0, empty, empty, np.zeros((0, len(columns))), columns)
    start, end = int(arrivals[:, 0].min()), int(arrivals[:, 0].max())
    length = end - start + 1
    if length > LONGEST_S:
        raise ValueError(f"seconds reach from {start} to {end}: no run takes that long")
    at = arrivals[:, 0].astype(np.int64) - start
    planned, sent = (np.bincount(at, arrivals[:, column], length).astype(np.int64) for column in (1, 2))
    where = seconds.astype(np.int64) - start
    sums = np.zeros((length, len(columns)))
    for column in range(len(columns)):
        sums[:, column] = np.bincount(where, rows[:, column], length)
    possible(sums)
    return Tally(start, planned, sent, sums, columns)


def numbers(values: list[Any], width: int | None) -> Matrix:
    """*values* as floats; ValueError unless each is a finite number that is not negative."""
    shape = (len(values),) if width is None else (len(values), width)
    found = np.array(values) if values else np.zeros(shape)
    if found.dtype.kind not in "iuf" or found.shape != shape:
        raise ValueError(f"counters are no table of numbers: {str(values[:1])[:80]}")
    matrix = found.astype(np.float64)
    if not np.isfinite(matrix).all() or (matrix < 0).any():
        raise ValueError("counters hold a negative or infinite number")
    return matrix


def possible(sums: Matrix) -> None:
    """Raise ValueError where parts are larger than their whole."""
    slow = sums[:, len(FIXED) :]
    good = sums[:, N] - sums[:, ERR]
    if (good < 0).any() or (slow > good[:, None]).any():
        raise ValueError("more failed or slow requests than requests")
    if (sums[:, DUE] + 1e-9 < sums[:, N] + sums[:, DROPPED]).any():
        raise ValueError("more answers than requests that were due")
