"""All journals of a release, read together."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from rollout.evidence.known_ends import matched
from rollout.evidence.read_apart import read_runs
from rollout.evidence.reader import read_head
from rollout.evidence.recorded_run import JournalState, Run
from rollout.evidence.register import PATTERN, Entry, JournalRegister, read_register


@dataclass(frozen=True)
class Ledger:
    """All journals given, oldest first. Merging the evidence of two machines is copying files into one folder."""

    runs: tuple[Run, ...] = ()
    stored_journals: dict[str, str] = field(default_factory=dict)  # file stem → tail hash, in a replay
    registers: tuple[JournalRegister, ...] = ()

    def entry(self, stem: str) -> Entry | None:
        """The entry of a journal in the first register that lists it; None without one."""
        return next(iter(self.entries(stem)), None)

    def entries(self, stem: str) -> list[Entry]:
        """The entry of a journal in each register that lists it."""
        return [found for each in self.registers if (found := each.entries.get(stem))]

    def registered(self, release: str) -> dict[str, str]:
        """Stem → last hash of each journal of a release in the registers; empty for an open one."""
        entries = [entry for each in self.registers for entry in each.entries.values()]
        return {entry.begun.stem: entry.tail for entry in entries if entry.begun.release == release}

    def complete(self, producer: str | None = None) -> list[Run]:
        """The runs that are complete, oldest first, of one *producer* if named."""
        runs = [run for run in self.runs if run.state is JournalState.COMPLETE]
        return [run for run in runs if producer is None or run.producer == producer]


def read_ledger(
    paths: Iterable[Path], stored_journals: dict[str, str] | None = None, release: str | None = None
) -> Ledger:
    """
    Read every `*.jsonl` under *paths* (files or folders), oldest first; ValueError names a path that does not exist.

    With a *release* only the first record is read of journals that are known to be about another one.
    """
    paths = list(paths)
    before = read_registers(paths)
    found: dict[Path, Run] = {}
    while files := [file for file in journals_in(paths) if file not in found]:  # a gate read late names later journals
        elsewhere = {} if release is None else dict(about_others(files, release))
        read = [file for file in files if file not in elsewhere]
        found |= elsewhere | dict(zip(read, read_runs(read), strict=True))
    runs, registers = matched(list(found.values()), before, lambda: read_registers(paths))
    return Ledger(in_order(unique(runs)), stored_journals or {}, tuple(registers.values()))


def read_heads(paths: Iterable[Path]) -> Iterator[Run]:
    """The first record of each journal under *paths* where it can be trusted."""
    return (head for file in journals_in(paths) if (head := read_head(file)) is not None)


def journals_in(paths: Iterable[Path]) -> Iterator[Path]:
    """Every journal under *paths*."""
    for path in paths:
        if not path.exists():
            raise ValueError(f"no evidence at {path}: no such file or folder; name a journal or a folder of journals")
        yield from below(path, "*.jsonl") if path.is_dir() else [path]


def read_registers(paths: Iterable[Path]) -> dict[Path, JournalRegister]:
    """The registers of the journals at *paths*, by file."""
    return {file: read_register(file) for file in registers_in(paths)}


def registers_in(paths: Iterable[Path]) -> list[Path]:
    """The registers of the journals at *paths*; that of a single journal lies beside it."""
    found = (below(path, PATTERN) if path.is_dir() else path.parent.glob(PATTERN) for path in paths)
    return sorted({file.resolve(): file for files in found for file in files}.values())


def below(folder: Path, pattern: str) -> list[Path]:
    """The files of a *pattern* anywhere below a *folder*, behind links too: evidence may be linked in."""
    found, entered = [], set[Path]()
    for place, folders, names in os.walk(folder, followlinks=True):
        real = Path(place).resolve()
        if real in entered:  # a link that leads back
            folders.clear()
            continue
        entered.add(real)
        found += [Path(place, name) for name in names if fnmatch(name, pattern)]
    return sorted(found)


def about_others(files: Iterable[Path], release: str) -> Iterator[tuple[Path, Run]]:
    """Each of *files* that is known to be about another release than *release*, as a run with its first record only."""
    for file in files:
        head = read_head(file)
        if head is not None and head.release != release:
            yield file, head


def unique(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs without those that were found twice under the same name with the same content."""
    seen: set[tuple[str, str, JournalState]] = set()
    for run in runs:
        key = (run.path.stem, run.tail, run.state)
        if key not in seen:
            seen.add(key)
            yield run


def in_order(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Oldest first, by the time in their first record; equal times by the names of their files."""
    return tuple(sorted(runs, key=moment))


def moment(run: Run) -> tuple[float, str]:
    """When a run began."""
    return run.started.t, run.path.stem
