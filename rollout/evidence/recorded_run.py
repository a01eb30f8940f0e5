"""One journal as read: its records, and its state."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from rollout.evidence.journal import producer_name
from rollout.evidence.load_columns import LoadSeconds
from rollout.evidence.load_readings import LoadReadings
from rollout.evidence.records import LoadGenerator, LoadSecond, Record, RecordKind, RunFinished, RunStarted
from rollout.evidence.seal import GENESIS
from rollout.evidence.told_once import ToldOnce, share_a_time

Made = TypeVar("Made")


class JournalState(StrEnum):
    """How far a journal can be trusted."""

    COMPLETE = "complete"
    TORN = "torn"  # trusted records without an end: the run was cut short
    FORGED = "forged"  # a seal or the chain does not fit: none of it is trusted
    OPEN = "open"  # its writer is at work: until it ends it counts as a torn one
    UNREAD = "of another release"  # only its first record was read
    UNREADABLE = "unreadable"  # sealed, but with records that this version cannot read: none of it is trusted


NO_START = RunStarted(
    t=0.0,
    run="",
    known=(),
    producer="",
    phase="unknown",
    target="unknown",
    environment="unknown",
    release="unknown",
    plan="",
    parent=None,
    window_s=None,
    not_applicable={},
)


@dataclass(frozen=True)
class Run:
    """
    One journal as read: *records* are those before the first problem, *tail* is the hash of the last of them.

    The many records of a load run are not among them but in *seconds* and *readings*; `of` finds every kind.
    *complaint* is what is wrong and where, in words; *again* is what the journal tells a second time, in words: it is
    left out.
    """

    path: Path
    state: JournalState
    records: tuple[Record, ...] = ()
    complaint: str = ""
    tail: str = GENESIS
    seconds: LoadSeconds = field(default_factory=LoadSeconds)
    readings: LoadReadings = field(default_factory=LoadReadings)
    again: str = ""
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, make: Callable[["Run"], Made]) -> Made:
        """The result of *make* for this run; computed once, since a run never changes and many criteria use it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    @property
    def trusted(self) -> bool:
        """Whether its records can be trusted; those of a run that was cut short can."""
        return self.state in (JournalState.COMPLETE, JournalState.TORN, JournalState.OPEN, JournalState.UNREAD)

    @cached_property
    def started(self) -> RunStarted:
        """The `run-started` record, or `NO_START` where there is none."""
        first = self.records[0] if self.records else None
        return first if isinstance(first, RunStarted) else NO_START

    @property
    def run_id(self) -> str:
        return self.started.run or self.path.stem

    @cached_property
    def producer(self) -> str:
        return self.started.producer or producer_name(self.path)

    @property
    def place(self) -> tuple[str, str]:
        """Where it was made: environment and target."""
        return self.started.environment, self.started.target

    @property
    def unfinished(self) -> tuple[str, ...]:
        """The tests that had begun and had no outcome when a whole run ended."""
        return next((record.unfinished for record in self.of(RunFinished)), ())

    @property
    def other_release(self) -> str:
        """Another release than at the beginning that answered when a run by hand ended; empty where it was the same."""
        last = self.records[-1] if self.records else None
        return last.other if isinstance(last, RunFinished) else ""

    @property
    def release(self) -> str | None:
        return None if self.started is NO_START else self.started.release

    @cached_property
    def newest(self) -> float:
        """The latest moment in the run: that of an event in a record, or when the record was written."""
        told = (each for record in self.records for each in (record.t, record.happened))
        return max([self.started.t, *told, *self._many])

    @cached_property
    def oldest(self) -> float:
        """The earliest moment of an event in the run."""
        return min([self.started.t, *(record.happened for record in self.records), *self._many])

    @property
    def _many(self) -> tuple[float, ...]:
        """The earliest and the latest moment of the records of a load."""
        return (*self.seconds.span(), *self.readings.span())

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.records) + len(self.seconds) + len(self.readings)

    def of(self, kind: type[RecordKind]) -> Iterator[RecordKind]:
        """The records of one *kind*, in order."""
        many: dict[type[Record], Iterable[Record]] = {LoadSecond: self.seconds, LoadGenerator: self.readings}
        return (record for record in many.get(kind, self.records) if isinstance(record, kind))


class JournalContents:
    """The records of a journal, collected while it is read."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.seconds = LoadSeconds()
        self.readings = LoadReadings()
        self.count = 0

    def add(self, record: Record) -> None:
        """Add the next record; Unreadable if it does not fit those before."""
        if isinstance(record, LoadSecond):  # the two kinds of nearly all lines first
            self.seconds.add(record)
        elif isinstance(record, LoadGenerator):
            self.readings.add(record)
        else:
            self._keep(record)
        self.count += 1

    def _keep(self, record: Record) -> None:
        if isinstance(record, RunStarted):
            self.seconds.width = len(record.columns)
        self.records.append(record)

    def run(self, path: Path, state: JournalState, complaint: str = "", tail: str = GENESIS) -> Run:
        """The run so far, each record once."""
        told = ToldOnce()
        self.seconds, self.readings = self.seconds.told_once(told), self.readings.told_once(told)
        self.seconds.pack()
        if share_a_time([record.t for record in self.records]):
            self.records = list(told.first_ones(self.records))
        self.records = told.within_seconds(self.records, self.seconds.written)
        again = told.said()
        return Run(path, state, tuple(self.records), complaint, tail, self.seconds, self.readings, again)


def run_of(path: Path, state: JournalState, records: Iterable[Record]) -> Run:
    """A run of records that are in no file."""
    contents = JournalContents()
    for record in records:
        contents.add(record)
    return contents.run(path, state)
