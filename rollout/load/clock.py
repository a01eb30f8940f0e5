"""One clock for a process: steady between its moments, dated in seconds since the epoch."""

import time


class Clock:
    """Moments are `perf_counter` readings; a step of the wall clock during a run does not touch them."""

    def __init__(self) -> None:
        self._offset = time.time() - time.perf_counter()

    def second(self, moment: float) -> int:
        """The second since the epoch in which *moment* lies."""
        return int(moment + self._offset)

    def moment(self, second: int) -> float:
        """The moment at which *second* begins."""
        return second - self._offset

    def wall(self) -> float:
        """Now, in seconds since the epoch."""
        return time.perf_counter() + self._offset
