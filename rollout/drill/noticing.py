"""A monitor that samples while something is broken on purpose: which samples turn bad, and how soon."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rollout.evidence.records import Sample

EVERY_S = 1.0
END_S = 15.0  # longer than any look: each source times out before

TakeSamples = Callable[[Callable[[], bool]], Mapping[str, Sample]]
FindBad = Callable[[Mapping[str, Sample]], Mapping[str, str]]


@dataclass(frozen=True)
class MonitorLook:
    """
    One look, from *began* until *at* (seconds of the monotonic clock); *bad* maps samples to what is wrong with them.
    """

    began: float
    at: float
    bad: Mapping[str, str]


@dataclass
class Monitor:
    """*take* takes the samples of a moment until its argument returns True; *bad* finds the bad ones among them."""

    take: TakeSamples
    bad: FindBad
    looks: list[MonitorLook] = field(default_factory=list)

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look from a thread during the block."""
        ended = threading.Event()
        thread = threading.Thread(target=self._look_on, args=(ended,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join(END_S)

    def _look_on(self, ended: threading.Event) -> None:
        while not ended.is_set():
            began = time.monotonic()
            found = self.bad(self.take(ended.is_set))
            self.looks.append(MonitorLook(began, time.monotonic(), found))
            ended.wait(EVERY_S)

    def expect_good(self) -> None:
        """Assert that the newest look found nothing bad."""
        assert self.looks, "the monitor has not looked yet"
        newest = self.looks[-1].bad
        assert not newest, f"the monitor finds bad: {', '.join(f'{name} ({why})' for name, why in newest.items())}"


def noticed(looks: Sequence[MonitorLook], caused: float, until: float) -> dict[str, float]:
    """
    Sample → seconds from *caused* to the end of the first look that found it bad, of looks that began up to *until*.

    Samples that were bad in the last look before *caused* are left out.
    """
    before = [look for look in looks if look.at <= caused]
    known = before[-1].bad if before else {}
    found: dict[str, float] = {}
    for look in looks:
        if caused < look.at and look.began <= until:
            found |= {name: look.at - caused for name in look.bad if name not in found and name not in known}
    return found
