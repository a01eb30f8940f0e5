"""Read a journal back line by line: check every seal, then every record."""

import fcntl
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rollout.evidence.record_lines import decoded, envelope_of, opened
from rollout.evidence.recorded_run import JournalContents, JournalState, Run
from rollout.evidence.records import RunFinished, RunStarted, Unreadable
from rollout.evidence.seal import END_BYTES, GENESIS, unsealed
from rollout.evidence.writer import is_alive, pid_of

LONGEST_LINE = 1 << 26  # bytes; no producer writes a record of that size
SETTLED_S = 0.1  # file systems do not tell apart what changed within a few milliseconds
MOST_REMEMBERED = 2000
NOT_SEALED = (None, -1, "")


@dataclass(frozen=True)
class Stamp:
    """Size, time and end of a file: while these stay the same, so do its records."""

    size: int
    changed_ns: int
    end: bytes

    @classmethod
    def of(cls, path: Path) -> "Stamp":
        """The stamp of the file at *path*; its end holds the hash of the last record."""
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            file.seek(max(0, facts.st_size - END_BYTES))
            return cls(facts.st_size, facts.st_mtime_ns, file.read(END_BYTES))

    @property
    def settled(self) -> bool:
        """Whether a change from now on would show in the time of the file."""
        return time.time() - self.changed_ns / 1e9 > SETTLED_S


remembered: dict[Path, tuple[Stamp, Run]] = {}  # what this process has verified, by path


def read_run(path: Path) -> Run:
    """
    Read one journal; a file that cannot be read or trusted is a run with that state, and never an error.

    A process verifies each journal once, and again only if it has changed.
    """
    if run := remembered_run(path):
        return run
    try:
        stamp = Stamp.of(path)
    except OSError as error:
        return inaccessible(path, error)
    run = read_anew(path)
    remember(path, stamp, run)
    return run


def read_anew(path: Path) -> Run:
    """
    The run in the file at *path*, read again even if this process remembers it; nothing is remembered.

    A journal that grew while it was read may have ended since: it is read once more before it counts as cut short.
    """
    try:
        size, run = path.stat().st_size, verified(path)
        while run.state is JournalState.TORN and path.stat().st_size > size:
            size, run = path.stat().st_size, verified(path)
        return run
    except OSError as error:
        return inaccessible(path, error)


def inaccessible(path: Path, error: OSError) -> Run:
    """A run without records, for a file that the system does not let us read."""
    return Run(path, JournalState.FORGED, complaint=f"{path.name}: cannot be read: {error.strerror}")


def remembered_run(path: Path) -> Run | None:
    """The run that this process has verified at *path*, if the file has not changed since."""
    known = remembered.get(path)
    with suppress(OSError):
        if known and known[0] == Stamp.of(path):
            return known[1]
    return None


def read_head(path: Path) -> Run | None:
    """The run with its first record only; None if that cannot be trusted, or does not belong to the line after it."""
    try:
        with path.open("rb") as file:
            first, second = file.readline(LONGEST_LINE), file.readline(LONGEST_LINE)
        body, digest = unsealed(first)
        started = decoded(envelope_of(body).kind, body) if digest else None
        follows = not second.endswith(b"\n") or envelope_of(unsealed(second)[0]).prev == digest
    except (OSError, Unreadable):
        return None
    return Run(path, JournalState.UNREAD, (started,)) if isinstance(started, RunStarted) and follows else None


def remember(path: Path, stamp: Stamp, run: Run) -> None:
    """Keep a run, unless its file could change without a new time, is still open, or could not be trusted or read."""
    remembered.pop(path, None)
    if stamp.settled and run.trusted and run.state is not JournalState.OPEN:
        while len(remembered) >= MOST_REMEMBERED:
            remembered.pop(next(iter(remembered)))
        remembered[path] = (stamp, run)


def verified(path: Path) -> Run:
    """The run in the file at *path*, read and checked; never more than one line of the file is in memory."""
    contents, tail = JournalContents(), GENESIS
    with path.open("rb") as file:
        for line in iter(partial(file.readline, LONGEST_LINE), b""):
            if not line.endswith(b"\n") and len(line) < LONGEST_LINE:
                return judged_end(path, contents, tail, torn_tail=True)
            number = contents.count
            body, digest = unsealed(line)
            try:
                record, seq, prev = opened(body) if digest else NOT_SEALED
                if record is None or prev != tail or seq != number:
                    altered = f"{path.name}: line {number + 1} was altered, added or removed"
                    return contents.run(path, JournalState.FORGED, altered, tail)
                contents.add(record)
            except Unreadable as error:
                return contents.run(path, JournalState.UNREADABLE, f"{path.name}: line {number + 1}: {error}", tail)
            tail = digest
    return judged_end(path, contents, tail, torn_tail=False)


def judged_end(path: Path, contents: JournalContents, tail: str, torn_tail: bool) -> Run:
    """The run with its state, from its last record: whole, cut short, still open, or with a wrong number of records."""
    records = contents.records
    if not records or not isinstance(records[0], RunStarted):
        return contents.run(
            path, JournalState.TORN, f"{path.name}: has no beginning: the run was cut short at once", tail
        )
    last = records[-1]
    if torn_tail or not isinstance(last, RunFinished):
        if is_alive(records[0].writer) and is_locked(path):
            writing = f"{path.name}: process {pid_of(records[0].writer)} is writing it: decide again when it has ended"
            return contents.run(path, JournalState.OPEN, writing, tail)
        return contents.run(path, JournalState.TORN, f"{path.name}: has no end: the run was cut short", tail)
    before = contents.count - 1
    if last.records != before:
        counts = f"{path.name}: counts {last.records} records, has {before}"
        return contents.run(path, JournalState.FORGED, counts, tail)
    return contents.run(path, JournalState.COMPLETE, tail=tail)


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock on the file, as its writer does for as long as it lives."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
