"""Read the lines that were added to the logs of the backend since a moment."""

import time
from collections.abc import Iterable
from pathlib import Path

from rollout.target.obstacle import Obstacle
from rollout.values import MIB

MOST_BYTES = 20 * MIB
WAY_OUT = "let `log_files` in the target's file name files that the backend's log is written to"


class LogTail:
    """The text added to *files* since this object was made; Obstacle if one cannot be read."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.begins = {file: size_of(file) for file in files}

    def text(self) -> str:
        """The added text; a file that became shorter is read from its beginning."""
        return "\n".join(tail_of(file, begin if begin <= size_of(file) else 0) for file, begin in self.begins.items())


def unreadable(file: Path, error: OSError) -> Obstacle:
    """The obstacle for a log file that cannot be read."""
    return Obstacle(f"log file {file}: {error.strerror}", WAY_OUT)


def size_of(file: Path) -> int:
    """The size of a file in bytes; Obstacle if it cannot be read."""
    try:
        return file.stat().st_size
    except OSError as error:
        raise unreadable(file, error) from None


def silent_s(files: Iterable[Path]) -> float:
    """Seconds since the last write to any of *files*; Obstacle if one cannot be read."""
    return time.time() - max(map(written_at, files))


def written_at(file: Path) -> float:
    """The time of the last write to *file*, in seconds since the epoch; Obstacle if it cannot be read."""
    try:
        with file.open("rb") as content:
            content.read(1)
        return file.stat().st_mtime
    except OSError as error:
        raise unreadable(file, error) from None


def tail_of(file: Path, begin: int) -> str:
    """The text of a file from byte *begin* on."""
    try:
        with file.open("rb") as content:
            content.seek(begin)
            return content.read(MOST_BYTES).decode(errors="replace")
    except OSError as error:
        raise unreadable(file, error) from None
