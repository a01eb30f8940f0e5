"""The registry of running stand-ins: one locked file each; if the lock is free, the supervisor is dead."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from standin.errors import USAGE, StandinError
from standin.paths import remove, runs_dir, write_private


@dataclass(frozen=True)
class RunningStack:
    """A running stand-in; *paths* may be deleted if its supervisor is dead."""

    name: str
    dir: str
    supervisor_pid: int
    paths: list[str]


def claim(name: str, directory: Path, paths: list[Path]) -> tuple[Path, IO[str]]:
    """Register a name and a directory; both are free again when the returned file is closed."""
    with _locked(runs_dir() / ".lock"):
        _refuse_taken(name, directory)
        path = runs_dir() / f"{os.getpid()}-{name}.json"
        entry = RunningStack(name, str(directory), os.getpid(), [str(path) for path in paths])
        write_private(path, json.dumps(asdict(entry)))
        held = path.open(encoding="utf-8")
        fcntl.flock(held, fcntl.LOCK_EX)
    return path, held


def _refuse_taken(name: str, directory: Path) -> None:
    for entry in _sweep():
        if entry.dir == str(directory):
            raise StandinError(
                f"{directory} belongs to the running stand-in {entry.name!r}; way out: `down` it first", USAGE
            )
        if entry.name == name:
            raise StandinError(f"a stand-in named {name!r} runs already, in {entry.dir}", USAGE)


def running() -> list[RunningStack]:
    """All running stand-ins; the files of those that died together with their reaper are deleted here."""
    with _locked(runs_dir() / ".lock"):
        return _sweep()


def sweep() -> None:
    """Delete the files of dead stand-ins."""
    running()


def _sweep() -> list[RunningStack]:
    alive = []
    for path in sorted(runs_dir().glob("[!.]*.json")):
        with contextlib.suppress(OSError, ValueError, TypeError):
            entry = RunningStack(**json.loads(path.read_text(encoding="utf-8")))
            if _is_held(path):
                alive.append(entry)
            else:
                _remove_entry(path, entry)
    return alive


def _is_held(path: Path) -> bool:
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _remove_entry(path: Path, entry: RunningStack) -> None:
    for left in entry.paths:
        remove(Path(left))
    remove(path)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
