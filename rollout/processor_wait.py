"""How long a process was kept from a processor: what is measured then may be this machine's lateness, not the target's."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from rollout.target.own_link import PORTS, is_loopback

SCHEDSTAT = Path("/proc/self/schedstat")  # time on a processor, time waited for one, both in nanoseconds
THREADS = "/proc/{pid}/task"
LEAST_S = 0.02  # of a reading: of less nobody can tell a share
Spent = dict[tuple[int, str], tuple[int, int]]


def waited_s() -> float | None:
    """Seconds that the first thread of this process has waited for a processor; None where no kernel tells."""
    try:
        return spent(SCHEDSTAT)[1] / 1e9
    except (OSError, ValueError, IndexError):
        return None


def spent(schedstat: Path) -> tuple[int, int]:
    """Nanoseconds that a thread was on a processor, and that it waited for one; ValueError, IndexError for other text."""
    ran, waited = schedstat.read_text(encoding="ascii").split()[:2]
    return int(ran), int(waited)


class Listener:
    """The processes of this machine that take the connections to *url*; none where that is another machine."""

    def __init__(self, url: str) -> None:
        self._processes = listening(url)
        self._spent = self._read()

    def waited_percent(self) -> float | None:
        """
        Of the time since the last call in which they could run, the share in which they waited for a processor.

        None where they are on another machine, no kernel tells, or they hardly wanted to run.
        """
        before, self._spent = self._spent, self._read()
        gained = [
            (ran - before.get(thread, (0, 0))[0], waited - before.get(thread, (0, 0))[1])
            for thread, (ran, waited) in self._spent.items()
        ]
        ran, waited = (sum(each) / 1e9 for each in zip((0, 0), *gained, strict=True))
        return round(100 * waited / (ran + waited), 2) if ran + waited >= LEAST_S else None

    def _read(self) -> Spent:
        found: Spent = {}
        for pid in self._processes:
            for thread in threads(pid):
                try:
                    found[pid, thread.name] = spent(thread / "schedstat")
                except (OSError, ValueError):  # a thread that ended meanwhile, or a kernel that does not tell
                    continue
        return found


def threads(pid: int) -> Iterable[Path]:
    """The folder of each thread of a process; none where it is over or no kernel tells."""
    try:
        return list(Path(THREADS.format(pid=pid)).iterdir())
    except OSError:
        return []


def listening(url: str) -> list[int]:
    """The processes that listen at *url* on a loopback address; none where it is elsewhere, or where nobody may know."""
    parts = urlsplit(url)
    port = parts.port or PORTS.get(parts.scheme)
    if not is_loopback(parts.hostname or ""):
        return []
    try:
        found = psutil.net_connections("tcp")
    except (psutil.Error, OSError):
        return []
    here = [each for each in found if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port]
    return sorted({each.pid for each in here if each.pid})
