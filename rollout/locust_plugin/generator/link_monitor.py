"""Check once per second whether the generator's own link is up, and collect the seconds in which it was down."""

from time import perf_counter
from typing import Protocol

import gevent

from rollout.locust_plugin.generator.schedule import RunClock

EVERY_S = 1.0


class Link(Protocol):
    """The link of this machine."""

    def up(self) -> bool:
        """Whether the link is up now."""


class LinkMonitor:
    """Collects the seconds between two checks of which one found the link down, for the worker's next report."""

    def __init__(self, link: Link, clock: RunClock) -> None:
        self._link = link
        self._clock = clock
        self._seen = clock.second(perf_counter())
        self._down: set[int] = set()
        self._was_up = True

    def watch(self) -> None:
        """Check every EVERY_S seconds until this greenlet is killed."""
        while True:
            self.look()
            gevent.sleep(EVERY_S)

    def look(self) -> None:
        """Check once."""
        up = self._link.up()
        now = self._clock.second(perf_counter())
        if not (up and self._was_up):
            self._down.update(range(self._seen, now + 1))
        self._seen, self._was_up = now, up

    def take(self) -> list[int]:
        """The seconds since the last call in which the link was down."""
        down, self._down = sorted(self._down), set()
        return down
