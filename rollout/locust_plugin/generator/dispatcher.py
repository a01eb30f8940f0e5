"""Start the action of every user when it is due: one timer of the event loop for all users of a process."""

import sys
from collections.abc import Callable
from heapq import heapify, heappop, heappush, heapreplace
from time import perf_counter
from typing import Protocol

import gevent

TOGETHER_S = 0.001  # moments closer than that are served in one go, the wait is part of the latency
NAP_S = 0.02  # so that a user who was just enrolled is not forgotten


class ScheduledUser(Protocol):
    """What the dispatcher needs of a user; *gone* users act no more."""

    number: int
    gone: bool

    @property
    def due(self) -> float:
        """The next moment at which the user acts."""

    def act(self) -> None:
        """Start an action; returns at once and moves *due* on."""


class Dispatcher:
    """The next moment of each user of a process, in order; *closed* once no action may start any more."""

    __slots__ = ("_next", "closed")

    def __init__(self) -> None:
        self._next: list[tuple[float, int, ScheduledUser]] = []
        self.closed = False

    def enroll(self, user: ScheduledUser) -> None:
        """Let this user act from now on."""
        heappush(self._next, (user.due, user.number, user))

    def reschedule(self) -> None:
        """Sort again after the load shape opened: the next moment of every user may have moved."""
        self._next = [(user.due, number, user) for _, number, user in self._next]
        heapify(self._next)

    def close(self) -> None:
        """Start no action any more."""
        self.closed = True

    def serve(self, complain: Callable[[str], None]) -> None:
        """
        Let every user act at their moments until `close`; returns at once.

        An action may not wait before its greenlet is started: the event loop would wait too. An error ends the service,
        and *complain* is told.
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
        """Let every user act whose moment has come."""
        now = perf_counter()
        while self._next and self._next[0][0] <= now:
            _, number, user = self._next[0]
            if user.gone:
                heappop(self._next)
                continue
            user.act()
            heapreplace(self._next, (user.due, number, user))
