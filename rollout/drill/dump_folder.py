"""The folder of a dump: removed with its drill, or by the next drill if that was killed."""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from rollout.drill.scratch import PREFIX

LOCK = "lock"


@contextmanager
def dump_folder() -> Iterator[Path]:
    """A temporary folder, locked while it is in use."""
    remove_left_over()
    with TemporaryDirectory(prefix=PREFIX) as name, (Path(name) / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(name)


def remove_left_over() -> None:
    """Remove the folders of drills that have ended: those whose lock is free."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), (folder / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


def size_of(folder: Path) -> int:
    """The bytes of the files in a folder, some of which may be removed meanwhile."""
    total = 0
    for file in folder.glob("*"):
        with suppress(OSError):
            total += file.stat().st_size
    return total
