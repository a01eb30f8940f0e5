"""A steady rate of requests to one target, over all processes that share a file; after a 429 all of them rest."""

import fcntl
import math
import time
from collections.abc import Callable
from pathlib import Path

from rollout.target.rate_limit import LONGEST_REST_S
from rollout.target.wait import pause


class RequestRate:
    """
    At most *per_second* requests; *file* contains the moment of the next one, in seconds of the monotonic clock.

    All processes of a machine share that clock. After a restart of the machine, LONGEST_REST_S limits the wait for an
    old moment.
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
        """Reserve the next moment and wait for it."""
        now = self._now()
        due = self._move(lambda due: max(due, now) + 1 / self.per_second)
        if due > now:
            self._wait(due - now)

    def rest(self, seconds: float) -> None:
        """Delay the next request of all processes by *seconds*."""
        end = self._now() + seconds
        self._move(lambda due: max(due, end))

    def _move(self, later: Callable[[float], float]) -> float:
        """The moment of the next request; the file then contains *later* of it. Locks the file meanwhile."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            due = min(moment(file.read()), self._now() + LONGEST_REST_S)
            file.truncate(0)
            file.write(f"{later(due):.6f}")
        return due


def moment(text: str) -> float:
    """The moment in the text of the file; 0, a moment in the past, if it is no finite number."""
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if math.isfinite(found) else 0.0
