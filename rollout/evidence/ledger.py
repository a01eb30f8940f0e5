"""All journals of a release, read together."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from rollout.evidence.reader import read_run
from rollout.evidence.recorded_run import Run, State


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


def read_ledger(paths: Iterable[Path], stored_journals: dict[str, str] | None = None) -> Ledger:
    """Read every `*.jsonl` under *paths* (files or folders); ValueError names a path that does not exist."""
    files: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise ValueError(f"no evidence at {path}: no such file or folder; name a journal or a folder of journals")
        for file in sorted(path.rglob("*.jsonl")) if path.is_dir() else [path]:
            files.setdefault(file.stem, file)
    return Ledger(tuple(read_run(files[stem]) for stem in sorted(files)), stored_journals or {})
