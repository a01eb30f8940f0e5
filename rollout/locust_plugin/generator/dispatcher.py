"""Start the action of every user when it is due: one timer of the event loop for all users of a process."""

import sys
from collections.abc import Callable
from heapq import heapify, heappop, heappush, heapreplace
from time import perf_counter
from typing import Protocol

import gevent

TOGETHER_S = 0.001  # s; moments closer than this are served together, and the wait is part of the latency
NAP_S = 0.02  # s; the longest pause, so that a newly enrolled user is served in time


class ScheduledUser(Protocol):
    """The part of a user that the dispatcher needs; *gone* users are dropped."""

    number: int
    gone: bool

    @property
    def due(self) -> float:
        """The next moment at which the user acts."""

    def act(self) -> None:
        """Start an action; returns at once and moves *due* on."""


class Dispatcher:
    """A queue of the next moment of each user of a process; after *closed* no action starts."""

    __slots__ = ("_next", "closed")

    def __init__(self) -> None:
        self._next: list[tuple[float, int, ScheduledUser]] = []
        self.closed = False

    def enroll(self, user: ScheduledUser) -> None:
        """Add a user to the queue."""
        heappush(self._next, (user.due, user.number, user))

    def reschedule(self) -> None:
        """Sort again after the load shape opened: the next moment of every user may have moved."""
        self._next = [(user.due, number, user) for _, number, user in self._next]
        heapify(self._next)

    def close(self) -> None:
        """Start no further action."""
        self.closed = True

    def serve(self, complain: Callable[[str], None]) -> None:
        """
        Call each user's `act` at its moments until `close`; returns at once.

        `act` must not wait before its greenlet is started: the event loop would wait too. An exception ends the service
        and its text goes to *complain*.
        """
        loop = gevent.get_hub().loop

        def look() -> None:
            if self.closed:
                return
            done = False
            try:
                self._let_act()
                done = True
            finally:
                if not done:
                    complain(f"dispatcher: {sys.exception()}")
            wait_s = self._next[0][0] - perf_counter() if self._next else NAP_S
            timer = loop.timer(min(max(wait_s, TOGETHER_S), NAP_S))
            timer.start(look, update=True)

        loop.run_callback(look)

    def _let_act(self) -> None:
        """Call `act` of every user that is due."""
        now = perf_counter()
        while self._next and self._next[0][0] <= now:
            _, number, user = self._next[0]
            if user.gone:
                heappop(self._next)
                continue
            user.act()
            heapreplace(self._next, (user.due, number, user))
