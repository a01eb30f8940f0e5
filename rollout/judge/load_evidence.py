"""A load run as arrays of consecutive seconds, and what is contradictory in them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rollout.evidence import Run, State
from rollout.evidence.records import LoadFacts, LoadScenarios, LoadSecond, LoadWindow
from rollout.evidence.row import FIXED, slow_column

ALL = "all"
SETTLED_S = 12  # after that long a request was answered, failed, or its generator died
LONGEST_S = 40 * 86400

Floats = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Tally:
    """
    Counters of the seconds from *start* on, for one request name or all of them.

    *odd* says what cannot be in these counters, empty if nothing is.
    """

    start: int
    planned: Counts
    sent: Counts
    rows: Matrix
    columns: tuple[str, ...]
    odd: str = ""

    def column(self, name: str) -> Counts:
        """One column as counts."""
        return self.rows[:, self.columns.index(name)].astype(np.int64)

    @property
    def total_ms(self) -> Floats:
        """The time of all answers."""
        return self.rows[:, self.columns.index("total_ms")]

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
        return self.failed + self.column(slow_column(limit_ms))

    def between(self, first: int, last: int | None) -> "Tally":
        """The seconds from *first* to *last*, both included."""
        begin = max(0, first - self.start)
        end = self.planned.size if last is None else max(begin, last + 1 - self.start)
        part = slice(begin, end)
        return Tally(self.start + begin, self.planned[part], self.sent[part], self.rows[part], self.columns)


@dataclass(frozen=True)
class Attempt:
    """One load run: *whole* is everything it counted, *window* the measured part of it."""

    run: Run
    facts: LoadFacts
    whole: Tally
    window: Tally
    opened: bool

    @property
    def complete(self) -> bool:
        return self.run.state is State.COMPLETE


NONE = np.zeros(0, np.int64)
NOTHING = Tally(0, NONE, NONE, np.zeros((0, len(FIXED))), FIXED)
NO_FACTS = LoadFacts(users=1, actions_per_minute=1, slice_s=1, least_requests=1, hold_s=None)


def nothing(run: Run) -> Attempt:
    """A run whose counters contradict themselves."""
    return Attempt(run, NO_FACTS, NOTHING, NOTHING, opened=False)


def attempt(run: Run, name: str = ALL) -> Attempt:
    """The run as arrays, counting the requests called *name* or of that scenario."""
    facts = run.started.load or NO_FACTS
    members = None if name == ALL else {name, *(each for each, kind in scenarios_of(run).items() if kind == name)}
    whole = tally(run.of(LoadSecond), run.started.columns, members)
    window = next(run.of(LoadWindow), None)
    if window is None:
        return Attempt(run, facts, whole, whole.between(0, -1), opened=False)
    return Attempt(run, facts, whole, whole.between(window.first, window.last), opened=True)


def scenarios_of(run: Run) -> dict[str, str]:
    """Request name → the scenario it belongs to, as far as the run tells."""
    told: dict[str, str] = {}
    for record in run.of(LoadScenarios):
        told |= record.names
    return told


def tally(records: Iterable[LoadSecond], columns: tuple[str, ...], members: set[str] | None = None) -> Tally:
    """Add up the records of each second, of the names *members* only; several about the same second are parts of it."""
    arrivals: list[tuple[int, int, int]] = []
    seconds: list[int] = []
    rows: list[list[float]] = []
    for record in records:
        arrivals.append((record.second, record.planned, record.sent))
        found = [row for name, row in record.names.items() if members is None or name in members]
        rows.extend(found)
        seconds.extend([record.second] * len(found))
    table = np.array(rows, dtype=np.float64).reshape(len(rows), len(columns))
    return added(np.array(arrivals, np.int64).reshape(-1, 3), np.array(seconds, np.int64), table, columns)


def added(arrivals: Counts, seconds: Counts, rows: Matrix, columns: tuple[str, ...]) -> Tally:
    """Sums per second over the whole stretch, silent seconds included."""
    if arrivals.shape[0] == 0:
        return Tally(0, NONE, NONE, np.zeros((0, len(columns))), columns)
    start, end = int(arrivals[:, 0].min()), int(arrivals[:, 0].max())
    length = end - start + 1
    if length > LONGEST_S:
        return replace(NOTHING, odd=f"seconds reach from {start} to {end}: no run takes that long")
    at, where = arrivals[:, 0] - start, seconds - start
    planned, sent = (np.bincount(at, arrivals[:, column], length).astype(np.int64) for column in (1, 2))
    sums = np.zeros((length, len(columns)))
    for column in range(len(columns)):
        sums[:, column] = np.bincount(where, rows[:, column], length)
    found = Tally(start, planned, sent, sums, columns)
    return replace(found, odd=contradiction(found))


def contradiction(found: Tally) -> str:
    """Where parts are larger than their whole; empty if they are not."""
    slow = found.rows[:, len(FIXED) :]
    if (found.rows < 0).any():
        return "a sum is negative"
    due, n, err, dropped = (found.column(name) for name in ("due", "n", "err", "dropped"))
    if (n < err).any() or (slow > (n - err)[:, None]).any():
        return "more failed or slow requests than requests"
    return "more answers than requests that were due" if (due < n + dropped).any() else ""
