"""A clock that goes on only when somebody waits, so that no test depends on how busy a machine is."""

import threading
import time

from rollout.watch.clock import Clock


class Still(Clock):
    """The time stands still between two waits; *oversleeps_s* is how much too late it wakes, *kept_s* how long it was kept."""

    def __init__(self) -> None:
        self.at = time.time()
        self.oversleeps_s = 0.0
        self.kept_s = 0.0

    def now(self) -> float:
        """The moment at which it stands."""
        return self.at

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Go on by *seconds* at once, unless *stop* is set."""
        self.at += 0.0 if stop.is_set() else seconds + self.oversleeps_s
        return stop.is_set()

    def waited(self) -> float:
        """As long as a test says."""
        return self.kept_s
