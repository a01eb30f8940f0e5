"""Measure the generator itself: processor time, waits for a processor (also of a target on this machine), late arrivals."""

import os
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import psutil

from rollout.processor_wait import Listener, waited_s

NICE = -10


def come_first() -> bool:
    """Raise the priority of this process if that is permitted: a late generator would measure its own delay."""
    if os.name != "posix":
        return False
    try:
        psutil.Process().nice(NICE)
    except psutil.AccessDenied:
        return False
    return True


class SelfMonitor:
    """Reads once per second the processor time of this process, and the waits for a processor of it and of the listener at *url*."""

    def __init__(self, url: str) -> None:
        self._process = psutil.Process()
        self._process.cpu_percent()
        self._steal = psutil.cpu_times()
        self._since = perf_counter(), waited_s()
        self._target = Listener(url)

    def read(self, second: int, lags: Sequence[float]) -> dict[str, Any]:
        """The fields of a record `load-generator` for the last second; *lags* of its arrivals in seconds."""
        ordered = sorted(lags)
        before, self._steal = self._steal, psutil.cpu_times()
        spent = sum(self._steal) - sum(before)
        stolen = max(
            0.0, getattr(self._steal, "steal", 0.0) - getattr(before, "steal", 0.0)
        )  # some kernels decrease it
        return {
            "second": second,
            "cpu_percent": self._process.cpu_percent(),
            "steal_percent": round(100 * stolen / spent, 2) if spent > 0 else 0.0,
            "waited_percent": self._waited_percent(),
            "target_waited_percent": self._target.waited_percent(),
            "lag_p99_ms": round(1000 * ordered[int(0.99 * (len(ordered) - 1))], 2) if ordered else None,
        }

    def _waited_percent(self) -> float | None:
        """The time since the last reading that this process waited for a processor, in percent."""
        moment, before = self._since
        self._since = now, waited = perf_counter(), waited_s()
        if waited is None or before is None or now <= moment:
            return None
        return round(100 * (waited - before) / (now - moment), 2)
