"""What was written to the logs of the backend since somebody began to look."""

from collections.abc import Iterable
from pathlib import Path

from rollout.target.obstacle import Obstacle

MOST_BYTES = 20_000_000
WAY_OUT = "let `log_files` in the target's file name files that the backend's log is written to"


class LogTail:
    """The ends of *files*, each from where it ended when this was made; Obstacle where one cannot be read."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.begins = {file: size_of(file) for file in files}

    def text(self) -> str:
        """What was written since; a file that became shorter was begun anew."""
        return "\n".join(tail_of(file, begin if begin <= size_of(file) else 0) for file, begin in self.begins.items())


def size_of(file: Path) -> int:
    """How many bytes a file has."""
    try:
        return file.stat().st_size
    except OSError as error:
        raise Obstacle(f"log file {file}: {error.strerror}", WAY_OUT) from None


def tail_of(file: Path, begin: int) -> str:
    """The text of a file from byte *begin* on."""
    try:
        with file.open("rb") as content:
            content.seek(begin)
            return content.read(MOST_BYTES).decode(errors="replace")
    except OSError as error:
        raise Obstacle(f"log file {file}: {error.strerror}", WAY_OUT) from None
