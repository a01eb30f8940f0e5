"""Whether a process still runs: process ids are reused, and a zombie still accepts signal 0."""

import psutil


class Owner:
    """The process whose end also ends the stand-in."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        try:
            self._process: psutil.Process | None = psutil.Process(pid)
        except psutil.NoSuchProcess:
            self._process = None

    def alive(self) -> bool:
        """Whether it runs, and is still the same process."""
        try:
            return (
                self._process is not None
                and self._process.is_running()
                and self._process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.NoSuchProcess:
            return False


def running(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    return Owner(pid).alive()


def descendants(pid: int) -> list[int]:
    """All descendants of *pid*; those of PostgreSQL leave the process group of their parent."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
