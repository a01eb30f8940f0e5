"""The clock of a watch; tests use one that stands still between two waits."""

import threading
import time

from rollout.processor_wait import waited_s


class Clock:
    """The time of this machine."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Whether *stop* was set within *seconds*."""
        return stop.wait(seconds)

    def waited(self) -> float:
        """Seconds that this process has been kept from a processor; 0 where no kernel counts them."""
        return waited_s() or 0.0
