"""Give the records of a test's run times that fit the start of the run instead of the time of the test."""

import time
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from rollout.evidence import Journal
from rollout.evidence.records import Record, RunStarted

BEGAN = time.time()  # records without a time from the test are made after this
NOW_S = 60.0  # s; a record newer than this has no time from the test


class Clock:
    """The time within a run: that of its start, then that of the latest record with a time from the test."""

    def __init__(self) -> None:
        self.now = 0.0

    def stamped(self, record: Record) -> Record:
        """The record with the time of the clock; a record with a time from the test stays unchanged."""
        if isinstance(record, RunStarted):
            self.now = record.t
            return record
        if not min(BEGAN, time.time() - NOW_S) <= record.t <= time.time() + NOW_S:
            self.now = max(self.now, record.t)
            return record
        if record.happened != record.t:
            self.now = max(self.now, record.happened)
        return replace(record, t=self.now)


def dated(at: float, records: Iterable[Record]) -> Iterator[Record]:
    """The *records* of a run with the start *at*, in seconds since the epoch, each with a fitting time."""
    clock = Clock()
    clock.now = at
    return map(clock.stamped, records)


class DatedJournal(Journal):
    """A journal whose records have times that fit the start of its run."""

    _clock: Clock | None = None

    def append(self, record: Record) -> None:
        """Seal the record with its time."""
        self._clock = self._clock or Clock()
        super().append(self._clock.stamped(record))
