"""Read journals back, check every seal, and say which runs can be trusted."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path

from rollout.evidence.journal import GENESIS, SEAL, SEAL_BYTES, producer_name
from rollout.evidence.records import Kind, LoadSecond, Record, RunFinished, RunStarted, Unreadable, decoded, envelope_of

LONGEST_LINE = 1 << 26  # bytes; no producer writes a record of that size


class State(StrEnum):
    """What a journal is worth."""

    COMPLETE = "complete"
    TORN = "torn"  # an honest beginning without its end: the run was cut short
    FORGED = "forged"  # a seal or the chain does not fit: not one byte of it is believed
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
    One journal as read: *records* are those before the first doubt, *tail* is the hash of the last of them.

    *complaint* says what is wrong and where.
    """

    path: Path
    state: State
    records: tuple[Record, ...] = ()
    complaint: str = ""
    tail: str = GENESIS

    @property
    def trusted(self) -> bool:
        """Whether what was read may be believed; a run that was cut short may."""
        return self.state in (State.COMPLETE, State.TORN)

    @property
    def started(self) -> RunStarted:
        """The `run-started` record, or one that says nothing where there is none."""
        first = self.records[0] if self.records else None
        return first if isinstance(first, RunStarted) else NO_START

    @property
    def run_id(self) -> str:
        return self.started.run or self.path.stem

    @property
    def producer(self) -> str:
        return self.started.producer or producer_name(self.path)

    @property
    def release(self) -> str | None:
        return None if self.started is NO_START else self.started.release

    def of(self, kind: type[Kind]) -> Iterator[Kind]:
        """The records of one *kind*, in order."""
        return (record for record in self.records if isinstance(record, kind))


@dataclass(frozen=True)
class Ledger:
    """All journals given, oldest first. Merging the evidence of two machines is copying files into one folder."""

    runs: tuple[Run, ...] = ()
    stored_journals: dict[str, str] = field(
        default_factory=dict
    )  # file stem → tail hash, as the last decision saw them

    complaints: tuple[str, ...] = ()  # what stands in the way of knowing whether it is whole

    def of_release(self, release: str) -> "Ledger":
        """What concerns one release: its runs, and every file that cannot be trusted to belong elsewhere."""
        mine = [run for run in self.runs if not run.trusted or run.release in (release, None)]
        return Ledger(tuple(mine), self.stored_journals, self.complaints)

    def complete(self, producer: str | None = None) -> list[Run]:
        """The runs that may count, oldest first, of one *producer* if named."""
        runs = [run for run in self.runs if run.state is State.COMPLETE]
        return [run for run in runs if producer is None or run.producer == producer]


def read_run(path: Path) -> Run:
    """Read one journal; a file that cannot be read or believed says so in its state, and is never an error."""
    records: list[Record] = []
    tail, columns = GENESIS, 0
    try:
        with path.open("rb") as file:
            for line in iter(partial(file.readline, LONGEST_LINE), b""):
                if not line.endswith(b"\n") and len(line) < LONGEST_LINE:
                    return judged_end(path, records, tail, torn_tail=True)
                body, digest = unsealed(line)
                envelope = envelope_of(body) if digest else None
                if envelope is None or envelope.prev != tail or envelope.seq != len(records):
                    altered = f"{path.name}: line {len(records) + 1} was altered, added or removed"
                    return Run(path, State.FORGED, tuple(records), altered, tail)
                record = decoded(envelope.kind, body)
                if isinstance(record, LoadSecond):
                    record.check(columns)
                elif isinstance(record, RunStarted):
                    columns = len(record.columns)
                records.append(record)
                tail = digest
    except Unreadable as error:
        where = f"{path.name}: line {len(records) + 1}: {error}"
        return Run(path, State.UNREADABLE, tuple(records), where, tail)
    except OSError as error:
        return Run(path, State.FORGED, complaint=f"{path.name}: cannot be read: {error.strerror}")
    return judged_end(path, records, tail, torn_tail=False)


def judged_end(path: Path, records: list[Record], tail: str, torn_tail: bool) -> Run:
    """Tell a whole run from one that was cut short."""
    made = partial(Run, path, records=tuple(records), tail=tail)
    if not records or not isinstance(records[0], RunStarted):
        return made(State.TORN, complaint=f"{path.name}: has no beginning: the run was cut short at once")
    last = records[-1]
    if torn_tail or not isinstance(last, RunFinished):
        return made(State.TORN, complaint=f"{path.name}: has no end: the run was cut short")
    if last.records != len(records) - 1:
        counts = f"{path.name}: counts {last.records} records, has {len(records) - 1}"
        return made(State.FORGED, complaint=counts)
    return made(State.COMPLETE)


def unsealed(line: bytes) -> tuple[bytes, str]:
    """The JSON of a *line* and its hash; an empty hash where the seal does not hold."""
    body, seal = line[: -SEAL_BYTES - 1] + b"}", line[-SEAL_BYTES - 1 : -1]
    digest = hashlib.sha256(body).hexdigest()
    return body, digest if seal == f'{SEAL}{digest}"}}'.encode() else ""


def read_ledger(paths: Iterable[Path], stored_journals: dict[str, str] | None = None) -> Ledger:
    """Read every `*.jsonl` under *paths* (files or folders); ValueError names a path that does not exist."""
    files: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise ValueError(f"no evidence at {path}: no such file or folder; name a journal or a folder of journals")
        for file in sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]:
            files.setdefault(file.stem, file)
    return Ledger(tuple(read_run(files[stem]) for stem in sorted(files)), stored_journals or {})
