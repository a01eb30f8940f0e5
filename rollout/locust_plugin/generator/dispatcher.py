"""Who is due next: one timer for all people of a process, served by the event loop itself, because every switch costs."""

import sys
from collections.abc import Callable
from heapq import heapify, heappop, heappush, heapreplace
from time import perf_counter
from typing import TYPE_CHECKING

import gevent

if TYPE_CHECKING:
    from rollout.locust_plugin.generator.user import LoadUser
    from rollout.locust_plugin.generator.worker_context import WorkerContext

TOGETHER_S = 0.001  # moments closer than that are served in one go, the wait is part of the latency
NAP_S = 0.02  # so that somebody who just came is not forgotten


class Dispatcher:
    """The next moment of each user on a context."""

    def __init__(self) -> None:
        self._next: list[tuple[float, int, LoadUser]] = []

    def enroll(self, user: "LoadUser") -> None:
        """From now on this user acts when they are due."""
        heappush(self._next, (user.due, user.number, user))

    def moved(self) -> None:
        """The shape changed: everybody's next moment may have moved."""
        self._next = [(user.due, number, user) for _, number, user in self._next]
        heapify(self._next)

    def serve(self, context: "WorkerContext", complain: Callable[[str], None]) -> None:
        """
        From now on let everybody act at their moments until the context closes; returns at once.

        Nobody who acts may wait: the event loop waits with them. What goes wrong is told to *complain*, once.
        """
        loop = gevent.get_hub().loop

        def look() -> None:
            if context.closed:
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
        """Everybody whose moment has come."""
        now = perf_counter()
        while self._next and self._next[0][0] <= now:
            _, number, user = self._next[0]
            if user.gone:
                heappop(self._next)
                continue
            user.act()
            heapreplace(self._next, (user.due, number, user))
