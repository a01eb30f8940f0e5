"""The many records of a load run as columns of numbers: a tenth of the memory of one object each."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from rollout.arrays import Counts, Matrix
from rollout.evidence.records import LoadSecond, Unreadable
from rollout.evidence.row import Row
from rollout.evidence.told_once import ToldOnce, share_a_time

CHUNK = 100_000  # numbers that are kept row by row until they are packed
HEAD = 4  # numbers about a record beside those of its rows
REMEMBERED = 4  # sums of so many sets of names are kept
LONGEST_S = 40 * 86_400
INTEGERS = (np.uint8, np.uint16, np.uint32)

Column = npt.NDArray[np.generic]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sums:
    """
    Sums per second from *start* on: arrivals *planned* and *sent*, and one column of *rows* for each number of a row.

    *odd* says which records are left out because their second is impossible, empty if none are.
    """

    start: int
    planned: Counts
    sent: Counts
    rows: Matrix
    odd: str = ""


@dataclass
class Chunk:
    """Some thousand rows: the record and the name of each, and the numbers by column."""

    record: npt.NDArray[np.uint32]
    name: npt.NDArray[np.unsignedinteger[Any]]
    columns: list[Column]


class LoadSeconds:
    """
    The records of kind `load-second`, in order; *width* is the number of columns of the run.

    Most records of a run have the same request names: each list of names is kept once, as numbers of *names*.
    """

    def __init__(self, width: int = 0) -> None:
        self.width = width
        self.names: dict[str, int] = {}
        self._heads = array("d")  # time, second, planned and sent of each record
        self._layouts: dict[tuple[str, ...], list[int]] = {}
        self._chunks: list[Chunk] = []
        self._numbers = array("d")  # of the records from *_packed* on, row by row
        self._open: list[list[int]] = []  # the names of their rows
        self._packed = 0
        self._sums: dict[frozenset[str] | None, Sums] = {}
        self._written: Counter[int] | None = None

    def __len__(self) -> int:
        return len(self._heads) // HEAD

    def add(self, record: LoadSecond) -> None:
        """Add one record; Unreadable if a row has another width."""
        rows = record.names.values()
        for row in rows:
            if len(row) != self.width:
                raise self._misfit(record)
        for row in rows:
            self._numbers.fromlist(row)  # keeping the lists would keep the garbage collector busy
        self._heads.fromlist([record.t, record.second, record.planned, record.sent])
        names = tuple(record.names)
        self._open.append(self._layouts.get(names) or self._layout(names))
        if len(self._numbers) >= CHUNK:
            self.pack()

    def _layout(self, names: tuple[str, ...]) -> list[int]:
        return self._layouts.setdefault(names, [self.names.setdefault(name, len(self.names)) for name in names])

    def _misfit(self, record: LoadSecond) -> Unreadable:
        name, row = next((name, row) for name, row in record.names.items() if len(row) != self.width)
        return Unreadable(f"load-second: names[{name!r}]: {len(row)} numbers, the run has {self.width} columns")

    def pack(self) -> None:
        """Turn the numbers that are still row by row into columns."""
        if self._numbers:
            table = np.array(self._numbers).reshape(-1, self.width)
            size = table.shape[0]
            name = np.fromiter(chain.from_iterable(self._open), np.min_scalar_type(len(self.names)), size)
            record = np.repeat(np.arange(self._packed, len(self)), [len(names) for names in self._open])
            columns = [compact(table[:, at]) for at in range(self.width)]
            self._chunks.append(Chunk(record.astype(np.uint32), name, columns))
        self._numbers, self._open, self._packed = array("d"), [], len(self)

    def span(self) -> tuple[float, ...]:
        """The first and the last second; empty where there is no record."""
        seconds = self._heads[1::HEAD]
        return (min(seconds), max(seconds)) if seconds else ()

    def after(self, moment: float) -> "LoadSeconds":
        """The records about seconds after *moment*; the same object where these are all."""
        if all(second > moment for second in self.span()[:1]):
            return self
        return self._only(record for record in self if record.second > moment)

    def told_once(self, told: ToldOnce) -> "LoadSeconds":
        """The records that are new to *told*; the same object where none can stand there again."""
        return self._only(told.first_ones(self)) if share_a_time(np.array(self._heads[::HEAD])) else self

    def _only(self, records: Iterable[LoadSecond]) -> "LoadSeconds":
        kept = LoadSeconds(self.width)
        for record in records:
            kept.add(record)
        kept.pack()
        return kept

    def written(self, second: int) -> int:
        """How many records there are about one second."""
        if self._written is None:
            self._written = Counter(map(int, self._heads[1::HEAD]))
        return self._written[second]

    def __iter__(self) -> Iterator[LoadSecond]:
        """The records, built again one by one."""
        names, rows = list(self.names), self._rows_in_order()
        record, name, numbers = next(rows, (-1, 0, []))
        heads = iter(self._heads)
        for at, (t, second, planned, sent) in enumerate(zip(heads, heads, heads, heads, strict=True)):
            mine: dict[str, list[float]] = {}
            while record == at:
                mine[names[name]] = numbers
                record, name, numbers = next(rows, (-1, 0, []))
            yield LoadSecond(t=t, second=int(second), planned=int(planned), sent=int(sent), names=mine)

    def _counts(self) -> tuple[Counts, Counts, Counts]:
        """The second, the planned and the sent arrivals of each record."""
        second, planned, sent = np.array(self._heads).reshape(-1, HEAD)[:, 1:].T.astype(np.int64)
        return second, planned, sent

    def _rows_in_order(self) -> Iterator[tuple[int, int, list[float]]]:
        self.pack()
        for chunk in self._chunks:
            columns = [column.tolist() for column in chunk.columns]
            rows = map(list, zip(*columns, strict=True))
            yield from zip(chunk.record.tolist(), chunk.name.tolist(), rows, strict=True)

    def sums(self, names: Set[str] | None = None) -> Sums:
        """The sums of the rows called *names*, or of all; those asked for last are remembered."""
        key = None if names is None else frozenset(names)
        if key not in self._sums:
            while len(self._sums) >= REMEMBERED:
                self._sums.pop(next(iter(self._sums)))
            self._sums[key] = self._summed(key)
        return self._sums[key]

    def _summed(self, names: frozenset[str] | None) -> Sums:
        self.pack()
        seconds, many, done = self._counts()
        none = np.zeros(0, dtype=np.int64)
        if not seconds.size:
            return Sums(0, none, none, np.zeros((0, self.width)))
        kept, why = possible(seconds)
        start, end = int(seconds[kept].min()), int(seconds[kept].max())
        at = np.where(kept, seconds - start, 0)
        planned, sent = (np.zeros(end - start + 1, dtype=np.int64) for _ in range(2))
        np.add.at(planned, at, many * kept)
        np.add.at(sent, at, done * kept)
        return Sums(start, planned, sent, self._table(at, kept, planned.size, names), why)

    def _table(self, at: Counts, kept: Mask, length: int, names: frozenset[str] | None) -> Matrix:
        """The rows of the records *kept*, added up by second, in the order in which they were written."""
        table = np.zeros((length, self.width), order="F")
        wanted = None if names is None else self._numbered(names)
        every = bool(kept.all())  # then no copy is made
        for chunk in self._chunks:
            chosen: slice | Mask = slice(None) if every else kept[chunk.record]
            if wanted is not None:
                chosen = np.isin(chunk.name, wanted) & kept[chunk.record]
            where = at[chunk.record[chosen]]
            for number, column in enumerate(chunk.columns):
                np.add.at(table[:, number], where, column[chosen].astype(np.float64))
        return table

    def _numbered(self, names: frozenset[str]) -> list[int]:
        return [number for name, number in self.names.items() if name in names]

    def by_name(self, first: int, last: int) -> dict[str, Row]:
        """The sums of each request name over the seconds from *first* to *last*, both included."""
        self.pack()
        second, _, _ = self._counts()
        wanted = (second >= first) & (second <= last)
        table = np.zeros((len(self.names), self.width))
        there: set[int] = set()
        for chunk in self._chunks:
            inside = wanted[chunk.record]
            for number, column in enumerate(chunk.columns):
                np.add.at(table[:, number], chunk.name[inside], column[inside].astype(np.float64))
            there.update(np.unique(chunk.name[inside]).tolist())
        return {name: Row.read(table[number].tolist()) for name, number in self.names.items() if number in there}


def possible(seconds: Counts) -> tuple[Mask, str]:
    """Which seconds may be of one run: those near the middle one; and why others are not, empty if all are."""
    start, end = int(seconds.min()), int(seconds.max())
    if end - start < LONGEST_S:
        return np.ones(seconds.size, bool), ""
    middle = int(np.sort(seconds)[seconds.size // 2])
    why = f"seconds reach from {start} to {end}: no run takes that long"
    return np.abs(seconds - middle) < LONGEST_S // 2, why


def compact(column: Matrix) -> Column:
    """The column in the smallest type that holds it exactly."""
    if column.min() >= 0 and (column == np.floor(column)).all():
        for kind in INTEGERS:
            if column.max() <= np.iinfo(kind).max:
                return column.astype(kind)
    return column.copy()
