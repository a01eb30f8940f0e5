"""Requests to one target at a steady rate, over all processes that share a file; a 429 makes all of them rest."""

import fcntl
import math
import time
from collections.abc import Callable
from pathlib import Path

from rollout.target.rate_limit import LONGEST_REST_S
from rollout.target.wait import pause


class RequestRate:
    """
    At most *per_second* requests; *file* holds when the next one may go out, in seconds of the monotonic clock.

    The clock is that of the machine, so that its processes agree; after a restart of the machine an old moment counts
    for a minute at most.
    """

    def __init__(
        self,
        per_second: float,
        file: Path,
        now: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = pause,
    ) -> None:
        self.per_second = per_second
        self.file = file
        self._now, self._wait = now, wait

    def turn(self) -> None:
        """Wait until the next request may go out."""
        now = self._now()
        due = self._move(lambda due: max(due, now) + 1 / self.per_second)
        if due > now:
            self._wait(due - now)

    def rest(self, seconds: float) -> None:
        """Let nobody ask within the next *seconds*."""
        end = self._now() + seconds
        self._move(lambda due: max(due, end))

    def _move(self, later: Callable[[float], float]) -> float:
        """When the next request may go out; then write down what *later* makes of it."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            due = min(moment(file.read()), self._now() + LONGEST_REST_S)
            file.truncate(0)
            file.write(f"{later(due):.6f}")
        return due


def moment(text: str) -> float:
    """The moment in a file that another process wrote, the past where it is none."""
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if math.isfinite(found) else 0.0
