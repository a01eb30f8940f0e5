"""A clock that advances only by waits, so that no test depends on the speed of the machine."""

import threading
import time

from rollout.watch.clock import Clock


class Still(Clock):
    """A clock that stands still between two waits; a wait ends *oversleeps_s* seconds late, *kept_s* is the processor wait."""

    def __init__(self) -> None:
        self.at = time.time()
        self.oversleeps_s = 0.0
        self.kept_s = 0.0

    def now(self) -> float:
        """The current moment, in seconds."""
        return self.at

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Advance by *seconds* at once, unless *stop* is set."""
        self.at += 0.0 if stop.is_set() else seconds + self.oversleeps_s
        return stop.is_set()

    def waited(self) -> float:
        """As long as a test says."""
        return self.kept_s
