"""Records with the times that they would have if their run had been made when it says, and not when the test is."""

import time
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from rollout.evidence import Journal
from rollout.evidence.records import Record, RunStarted

BEGAN = time.time()  # every record that no test dated was made after this, however long ago a module was collected
NOW_S = 60.0  # a record this new was not dated by the test


class Clock:
    """The time within a run: that of its beginning, then that of the latest record which tells its own."""

    def __init__(self) -> None:
        self.now = 0.0

    def stamped(self, record: Record) -> Record:
        """The record as it would be written now; one that the test dated stays as it is."""
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
    """The *records* of a run that began *at* some moment."""
    clock = Clock()
    clock.now = at
    return map(clock.stamped, records)


class DatedJournal(Journal):
    """A journal that was written when its run says."""

    _clock: Clock | None = None

    def append(self, record: Record) -> None:
        """Seal the record with its time."""
        self._clock = self._clock or Clock()
        super().append(self._clock.stamped(record))
