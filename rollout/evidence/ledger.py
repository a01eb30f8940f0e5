"""Read journals back, check every seal, and say which runs can be trusted."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from rollout.evidence.journal import GENESIS, SEAL, SEAL_BYTES, Origin, Record, producer_name


class State(StrEnum):
    """What a journal is worth."""

    COMPLETE = "complete"
    TORN = "torn"  # an honest beginning without its end: the run was cut short
    FORGED = "forged"  # a seal or the chain does not fit: not one byte of it is believed


@dataclass(frozen=True)
class Run:
    """One journal as read: *records* are those before the first doubt, *complaint* says what is wrong and where."""

    path: Path
    state: State
    records: tuple[Record, ...] = ()
    complaint: str = ""

    @property
    def started(self) -> Record:
        """The `run-started` record, or an empty one where nothing can be believed."""
        return self.records[0] if self.records else {}

    @property
    def run_id(self) -> str:
        return str(self.started.get("run", self.path.stem))

    @property
    def producer(self) -> str:
        return str(self.started.get("producer") or producer_name(self.path))

    @property
    def release(self) -> str | None:
        return self.started.get("release")

    @property
    def tail(self) -> str:
        """The hash of the last trusted record."""
        return str(self.records[-1]["hash"]) if self.records else GENESIS

    def of(self, kind: str) -> Iterator[Record]:
        """The records of one *kind*, in order."""
        return (record for record in self.records if record["kind"] == kind)


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
        mine = [run for run in self.runs if run.state is State.FORGED or run.release in (release, None)]
        return Ledger(tuple(mine), self.stored_journals, self.complaints)

    def complete(self, producer: str | None = None) -> list[Run]:
        """The runs that may count, oldest first, of one *producer* if named."""
        runs = [run for run in self.runs if run.state is State.COMPLETE]
        return [run for run in runs if producer is None or run.producer == producer]


def read_run(path: Path) -> Run:
    """Read one journal; a file that cannot be read or believed comes back as torn or forged, never as an error."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        return Run(path, State.FORGED, complaint=f"{path.name}: cannot be read: {error.strerror}")
    records: list[Record] = []
    tail = GENESIS
    for number, line in enumerate(lines[:-1], start=1):
        record = unsealed(line)
        if record is None or record.get("prev") != tail or record.get("seq") != number - 1:
            return Run(path, State.FORGED, tuple(records), f"{path.name}: line {number} was altered, added or removed")
        records.append(record)
        tail = record["hash"]
    return judged_end(path, records, torn_tail=lines[-1] != b"")


def judged_end(path: Path, records: list[Record], torn_tail: bool) -> Run:
    """Tell a whole run from one that was cut short."""
    if not records or records[0]["kind"] != "run-started":
        return Run(path, State.TORN, tuple(records), f"{path.name}: has no beginning: the run was cut short at once")
    if not Origin.tells(records[0]):
        return Run(path, State.FORGED, (), f"{path.name}: its first record is none that a producer writes")
    last = records[-1]
    if torn_tail or last["kind"] != "run-finished":
        return Run(path, State.TORN, tuple(records), f"{path.name}: has no end: the run was cut short")
    if last.get("records") != len(records) - 1:
        return Run(
            path,
            State.FORGED,
            tuple(records),
            f"{path.name}: counts {last.get('records')} records, has {len(records) - 1}",
        )
    return Run(path, State.COMPLETE, tuple(records))


def unsealed(line: bytes) -> Record | None:
    """The record of a line whose seal holds, else None."""
    body, seal = line[:-SEAL_BYTES] + b"}", line[-SEAL_BYTES:]
    digest = hashlib.sha256(body).hexdigest()
    if seal != f'{SEAL}{digest}"}}'.encode():
        return None
    try:
        record = json.loads(body)
    except ValueError:
        return None
    return {**record, "hash": digest} if isinstance(record, dict) else None


def read_ledger(paths: Iterable[Path], stored_journals: dict[str, str] | None = None) -> Ledger:
    """Read every `*.jsonl` under *paths* (files or folders); ValueError names a path that does not exist."""
    files: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise ValueError(f"no evidence at {path}: no such file or folder; name a journal or a folder of journals")
        for file in sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]:
            files.setdefault(file.stem, file)
    return Ledger(tuple(read_run(files[stem]) for stem in sorted(files)), stored_journals or {})
