"""The counters of one worker process during a run; the worker runtime reports them once per second."""

from collections.abc import Sequence
from typing import Any

from rollout.locust_plugin.generator.counters import Counters
from rollout.locust_plugin.generator.schedule import RunClock


class Meter:
    """
    The counters of one worker, and observations of the generator about itself.

    *lags* are seconds between due and start of arrivals. *scenarios*
    tells which scenario each request name belongs to, *unready* why users of a scenario could not get ready in the
    measured window. *ready* counts users that have a schedule. *canary* counts
    acknowledged writes and what became of them.
    """

    __slots__ = ("canary", "clock", "counters", "exceptions", "lags", "ready", "scenarios", "unready")

    def __init__(self, slow_ms: Sequence[float]) -> None:
        self.clock = RunClock()
        self.counters = Counters(slow_ms)
        self.lags: list[float] = []
        self.exceptions: list[str] = []
        self.scenarios: dict[str, str] = {}
        self.unready: dict[str, str] = {}
        self.ready = 0
        self.canary: dict[str, Any] = {"written": 0, "verified": 0, "missing": [], "altered": []}

    def take_lags(self) -> list[float]:
        """The lags since the last call."""
        lags, self.lags = self.lags, []
        return lags

    def take_exceptions(self) -> list[str]:
        """The exceptions of actions since the last call."""
        exceptions, self.exceptions = self.exceptions, []
        return exceptions
