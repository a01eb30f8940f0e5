"""Measure the generator itself: processor time, stolen time, and how late its arrivals were."""

import os
from collections.abc import Sequence
from time import perf_counter, process_time
from typing import Any

import psutil

NICE = -10
SHORTEST_S = 0.25  # a shorter interval says nothing


def come_first() -> bool:
    """Raise the priority of this process where that is allowed: a late generator measures its own lateness."""
    if os.name != "posix":
        return False
    try:
        psutil.Process().nice(NICE)
    except psutil.AccessDenied:
        return False
    return True


class SelfMonitor:
    """
    The processor time of this process, read once a second.

    Above *full_percent* of a core the process counts as full; the run controller hands the figure over.
    """

    def __init__(self, full_percent: float) -> None:
        self._full_percent = full_percent
        self._process = psutil.Process()
        self._process.cpu_percent()
        self._steal = psutil.cpu_times()
        self._full = False
        self._since = perf_counter(), process_time()

    @property
    def full(self) -> bool:
        """Whether this process lately needed more of a core than a valid run may, and so is late to take its answers."""
        moment, spent = self._since
        now = perf_counter()
        if now - moment > SHORTEST_S:
            busy = process_time()
            self._full = 100 * (busy - spent) > self._full_percent * (now - moment)
            self._since = now, busy
        return self._full

    def read(self, second: int, lags: Sequence[float]) -> dict[str, Any]:
        """What the last second was like, for `load-generator`; *lags* are those of its arrivals, in seconds."""
        _ = self.full  # so that no interval is longer than a second
        ordered = sorted(lags)
        before, self._steal = self._steal, psutil.cpu_times()
        spent = sum(self._steal) - sum(before)
        stolen = getattr(self._steal, "steal", 0.0) - getattr(before, "steal", 0.0)
        return {
            "second": second,
            "cpu_percent": self._process.cpu_percent(),
            "steal_percent": round(100 * stolen / spent, 2) if spent > 0 else 0.0,
            "lag_p99_ms": round(1000 * ordered[int(0.99 * (len(ordered) - 1))], 2) if ordered else None,
        }
