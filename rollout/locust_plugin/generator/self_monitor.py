"""Measure the generator itself: processor time, time it and a target beside it were kept from a processor, and how late its arrivals were."""

import os
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import psutil

from rollout.processor_wait import Listener, waited_s

NICE = -10


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
    """The processor time of this process and how long it, and what listens at *url*, waited for one, read once a second."""

    def __init__(self, url: str) -> None:
        self._process = psutil.Process()
        self._process.cpu_percent()
        self._steal = psutil.cpu_times()
        self._since = perf_counter(), waited_s()
        self._target = Listener(url)

    def read(self, second: int, lags: Sequence[float]) -> dict[str, Any]:
        """What the last second was like, for `load-generator`; *lags* are those of its arrivals, in seconds."""
        ordered = sorted(lags)
        before, self._steal = self._steal, psutil.cpu_times()
        spent = sum(self._steal) - sum(before)
        stolen = max(0.0, getattr(self._steal, "steal", 0.0) - getattr(before, "steal", 0.0))  # kernels count it back
        return {
            "second": second,
            "cpu_percent": self._process.cpu_percent(),
            "steal_percent": round(100 * stolen / spent, 2) if spent > 0 else 0.0,
            "waited_percent": self._waited_percent(),
            "target_waited_percent": self._target.waited_percent(),
            "lag_p99_ms": round(1000 * ordered[int(0.99 * (len(ordered) - 1))], 2) if ordered else None,
        }

    def _waited_percent(self) -> float | None:
        """The share of the time since the last reading in which this process could run and got no processor."""
        moment, before = self._since
        self._since = now, waited = perf_counter(), waited_s()
        if waited is None or before is None or now <= moment:
            return None
        return round(100 * (waited - before) / (now - moment), 2)
