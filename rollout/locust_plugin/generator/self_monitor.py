"""The generator watches itself: processor, stolen time, and how late it was."""

import os
from time import perf_counter, process_time
from typing import Any

import psutil

from rollout.judge.load_validity import CPU_PERCENT

NICE = -10
WORTH_S = 0.25  # a shorter look says nothing


def come_first() -> bool:
    """Be scheduled before others where this process may ask for it: a late generator measures its own lateness."""
    if os.name != "posix":
        return False
    try:
        psutil.Process().nice(NICE)
    except psutil.AccessDenied:
        return False
    return True


class SelfMonitor:
    """One process's own load, read once a second."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._process.cpu_percent()
        self._steal = psutil.cpu_times()
        self.lags: list[float] = []
        self._full = False
        self._since = perf_counter(), process_time()

    @property
    def full(self) -> bool:
        """Whether this process lately needed more of a core than a valid run may: then it is late to take its answers."""
        moment, spent = self._since
        now = perf_counter()
        if now - moment > WORTH_S:
            busy = process_time()
            self._full = 100 * (busy - spent) > CPU_PERCENT * (now - moment)
            self._since = now, busy
        return self._full

    def read(self, second: int) -> dict[str, Any]:
        """What the last second was like; lag is None in a second in which nothing was sent."""
        _ = self.full  # so that no look goes back further than a second
        lags, self.lags = sorted(self.lags), []
        before, self._steal = self._steal, psutil.cpu_times()
        spent = sum(self._steal) - sum(before)
        stolen = getattr(self._steal, "steal", 0.0) - getattr(before, "steal", 0.0)
        return {
            "second": second,
            "cpu_percent": self._process.cpu_percent(),
            "steal_percent": round(100 * stolen / spent, 2) if spent > 0 else 0.0,
            "lag_p99_ms": round(1000 * lags[int(0.99 * (len(lags) - 1))], 2) if lags else None,
        }
