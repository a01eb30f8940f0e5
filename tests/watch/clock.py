"""A clock that goes on only when somebody waits, so that no test depends on how busy a machine is."""

import threading
import time

from rollout.watch.monitor import Clock


class Still(Clock):
    """The time stands still between two waits."""

    def __init__(self) -> None:
        self.at = time.time()

    def now(self) -> float:
        """The moment at which it stands."""
        return self.at

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Go on by *seconds* at once, unless *stop* is set."""
        self.at += 0.0 if stop.is_set() else seconds
        return stop.is_set()
