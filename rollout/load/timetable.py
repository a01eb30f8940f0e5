"""Who is due next: one sleeper for all people of a process, because every sleep costs more than an arrival."""

from heapq import heapify, heappop, heappush, heapreplace
from time import perf_counter
from typing import TYPE_CHECKING

import gevent

if TYPE_CHECKING:
    from rollout.load.person import Person
    from rollout.load.stage import Stage

TOGETHER_S = 0.001  # moments closer than that are served in one go, the wait is part of the latency
NAP_S = 0.02  # so that somebody who just came is not forgotten


class Timetable:
    """The next moment of each person on a stage."""

    def __init__(self) -> None:
        self._next: list[tuple[float, int, Person]] = []

    def enroll(self, person: "Person") -> None:
        """From now on this person acts when they are due."""
        heappush(self._next, (person.due, person.number, person))

    def moved(self) -> None:
        """The pace changed: everybody's next moment may have moved."""
        self._next = [(person.due, number, person) for _, number, person in self._next]
        heapify(self._next)

    def serve(self, stage: "Stage") -> None:
        """Let everybody act at their moments until the stage closes."""
        while not stage.closed:
            now = perf_counter()
            while self._next and self._next[0][0] <= now:
                _, number, person = self._next[0]
                if person.gone:
                    heappop(self._next)
                    continue
                person.act()
                heapreplace(self._next, (person.due, number, person))
            wait_s = self._next[0][0] - perf_counter() if self._next else NAP_S
            gevent.sleep(min(max(wait_s, TOGETHER_S), NAP_S))
