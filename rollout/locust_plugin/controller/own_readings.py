"""What the process that compares two releases measures about itself meanwhile: only that can excuse its pairs."""

from time import perf_counter

import gevent
from msgspec.structs import replace

from rollout.evidence.records import OwnReading
from rollout.locust_plugin.generator.link_monitor import Link, LinkMonitor
from rollout.locust_plugin.generator.schedule import RunClock
from rollout.locust_plugin.generator.self_monitor import SelfMonitor


class OwnReadings:
    """Measures this process and its link in each second from its making on, until `close`."""

    def __init__(self, url: str, link: Link, clock: RunClock) -> None:
        self._monitor = SelfMonitor(url)
        self.link = LinkMonitor(link, clock)
        self._watching = gevent.spawn(self.link.watch)
        self._until = clock.second(perf_counter())
        self._measured: dict[int, OwnReading] = {}
        self._down: set[int] = set()

    def read(self, now: int) -> None:
        """Measure the time since the last call, as that of each second of it up to *now*."""
        told = self._monitor.read(now, ())
        reading = OwnReading(**{name: each for name, each in told.items() if name not in ("second", "lag_p99_ms")})
        self._measured.update(dict.fromkeys(range(self._until, now), reading))
        self._until = max(self._until, now)

    def of(self, second: int) -> OwnReading | None:
        """The reading of a *second* that is over; None where there is none."""
        self._down.update(self.link.take())
        reading = self._measured.get(second)
        return replace(reading, offline=second in self._down) if reading else None

    def close(self) -> None:
        """End the checks of the link."""
        self._watching.kill()
