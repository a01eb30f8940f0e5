"""Is a process still the one we knew? Numbers are reused, and a zombie still answers to signal 0."""

import psutil


class Owner:
    """The process for whose sake the stand-in runs."""

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
    """Whether there is such a process, zombies not counted."""
    return Owner(pid).alive()


def descendants(pid: int) -> list[int]:
    """All processes below *pid*: PostgreSQL's leave the process group of their parent."""
    try:
        return [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
