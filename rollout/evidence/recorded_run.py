"""One journal as read: its records, and what they are worth."""

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

Made = TypeVar("Made")


class JournalState(StrEnum):
    """What a journal is worth."""

    COMPLETE = "complete"
    TORN = "torn"  # an honest beginning without its end: the run was cut short
    FORGED = "forged"  # a seal or the chain does not fit: not one byte of it is believed
    OPEN = "open"  # its writer is at work: worth what a torn one is, for as long as that lasts
    UNREAD = "of another release"  # only its first record was read: whose it is
    UNREADABLE = "unreadable"  # sealed by somebody, but not with records of this version: nothing of it is believed


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
    *complaint* says what is wrong and where.
    """

    path: Path
    state: JournalState
    records: tuple[Record, ...] = ()
    complaint: str = ""
    tail: str = GENESIS
    seconds: LoadSeconds = field(default_factory=LoadSeconds)
    readings: LoadReadings = field(default_factory=LoadReadings)
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, make: Callable[["Run"], Made]) -> Made:
        """What *make* makes of the run; made once, since a run never changes and many criteria ask."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    @property
    def trusted(self) -> bool:
        """Whether what was read may be believed; a run that was cut short may."""
        return self.state in (JournalState.COMPLETE, JournalState.TORN, JournalState.OPEN, JournalState.UNREAD)

    @cached_property
    def started(self) -> RunStarted:
        """The `run-started` record, or one that says nothing where there is none."""
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
        """The tests that had begun and came to no outcome when a whole run ended."""
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
        """The latest moment of which the run knows: one that a record tells of, or when it was written."""
        told = (each for record in self.records for each in (record.t, record.happened))
        return max([self.started.t, *told, *self._many])

    @cached_property
    def oldest(self) -> float:
        """The earliest moment that the run tells of."""
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
    """What a journal holds, record by record while it is read."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.seconds = LoadSeconds()
        self.readings = LoadReadings()
        self.count = 0

    def add(self, record: Record) -> None:
        """Take the next record in; Unreadable if it does not fit to those before."""
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
        """The run so far."""
        self.seconds.pack()
        return Run(path, state, tuple(self.records), complaint, tail, self.seconds, self.readings)


def run_of(path: Path, state: JournalState, records: Iterable[Record]) -> Run:
    """A run of records that stand in no file."""
    contents = JournalContents()
    for record in records:
        contents.add(record)
    return contents.run(path, state)
