"""How long a process waits for a processor: delays measured then may come from this machine, not from the target."""

import os
from collections.abc import Iterable
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import psutil

from rollout.target.own_link import PORTS, is_loopback

SCHEDSTAT = Path("/proc/self/schedstat")  # time on a processor, time waited for one, both in nanoseconds
THREADS = "/proc/{pid}/task"
LEAST_S = 0.02  # of time run and waited in a reading: a share of less means nothing
Spent = dict[tuple[int, str], tuple[int, int]]


def waited_s() -> float | None:
    """Seconds that the first thread of this process has waited for a processor; None if the kernel does not report it."""
    try:
        return spent(SCHEDSTAT)[1] / 1e9
    except (OSError, ValueError, IndexError):
        return None


def spent(schedstat: Path) -> tuple[int, int]:
    """Nanoseconds that a thread was on a processor, and that it waited for one; ValueError, IndexError for other text."""
    ran, waited = schedstat.read_text(encoding="ascii").split()[:2]
    return int(ran), int(waited)


def processors() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Listener:
    """The processes that listen at *url* on a loopback address; none if the address is of another machine."""

    def __init__(self, url: str) -> None:
        self._processes = listening(url)
        self._at, self._spent = monotonic(), self._read()

    def waited_percent(self) -> float | None:
        """
        Time lost to others in percent of time run and lost, of all threads since the last call.

        Lost is the time waited for a processor, at most what the processors had beyond the time run: threads that only
        wait for each other lost nothing to others. None if no process or no kernel figures were found, or if both
        times together are below LEAST_S.
        """
        then, before = self._at, self._spent
        self._at, self._spent = monotonic(), self._read()
        gained = [
            (ran - before.get(thread, (0, 0))[0], waited - before.get(thread, (0, 0))[1])
            for thread, (ran, waited) in self._spent.items()
        ]
        ran, waited = (sum(each) / 1e9 for each in zip((0, 0), *gained, strict=True))
        lost = min(waited, max(0.0, (self._at - then) * processors() - ran))
        return round(100 * lost / (ran + lost), 2) if ran + lost >= LEAST_S else None

    def _read(self) -> Spent:
        found: Spent = {}
        for pid in self._processes:
            for thread in threads(pid):
                try:
                    found[pid, thread.name] = spent(thread / "schedstat")
                except (OSError, ValueError):  # the thread has ended, or the kernel does not report it
                    continue
        return found


def threads(pid: int) -> Iterable[Path]:
    """The folder of each thread of a process in /proc; none if the process has ended or /proc is absent."""
    try:
        return list(Path(THREADS.format(pid=pid)).iterdir())
    except OSError:
        return []


def listening(url: str) -> list[int]:
    """The ids of the processes that listen at *url* on a loopback address; none elsewhere, or if the system refuses to list them."""
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
