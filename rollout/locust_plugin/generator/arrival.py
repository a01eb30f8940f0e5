"""One arrival in the air: an action of a user that runs on its own, so that nobody waits for its answers."""

import sys
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from gevent import Greenlet, GreenletExit, config, get_hub, getcurrent

from rollout.locust_plugin.generator.counters import DUE, LATE, LATE_S

if TYPE_CHECKING:
    from rollout.locust_plugin.generator.user import LoadUser

Action = Callable[["LoadUser"], None]
MOST_IDLE = 256
config.track_greenlet_tree = False  # gevent would keep the stack of whoever starts each greenlet


class Arrival:
    """
    An action due at *due*; its first request is called *name*.

    The first request counts from the moment the arrival was due, each further one from the moment it was sent: people
    look at an answer before they go on. A request that is open when the arrival ends was never answered.
    """

    __slots__ = (
        "_action",
        "_clock",
        "_counters",
        "_user",
        "due",
        "first",
        "greenlet",
        "name",
        "open",
        "second",
        "sent",
    )

    def __init__(self, user: "LoadUser", name: str, action: Action, due: float) -> None:
        self._user = user
        self._action = action
        self._counters = user.worker.counters
        self._clock = user.worker.clock
        self.greenlet: ArrivalGreenlet | None = None
        self.first = True
        self.name = name
        self.due = due
        self.sent = due
        self.second = self._clock.second(due)
        self.open = True
        self._counters.due(self.second, name)

    def fly(self) -> None:
        """Act, now; only the event loop itself may ask for it."""
        idle = self._user.worker.idle
        self.greenlet = idle.pop() if idle else ArrivalGreenlet(idle)
        self.greenlet.arrival = self
        self.greenlet.switch()

    def run(self) -> None:
        """Act, and land whatever happens."""
        lag = perf_counter() - self.due
        self._user.worker.self_monitor.lags.append(lag)
        if lag > LATE_S:
            self._user.worker.was_late = self.due + lag
            self._counters.row(self.second, self.name)[LATE] += 1
        try:
            self._action(self._user)
            if self.first:
                raise ValueError("the action made no request")
        finally:
            self._land()

    def _land(self) -> None:
        """
        Whatever is still open was never answered; what was never sent is no word about the target.

        An action that raises is a fault of the generator, not of the target.
        """
        error = sys.exception()
        if error is not None and not isinstance(error, GreenletExit):
            self._user.worker.exceptions.append(f"{self.name}: {type(error).__name__}: {error}")
        if self.first:
            self._counters.row(self.second, self.name)[DUE] -= 1
        elif self.open:
            self._counters.dropped(self.second, self.name)
        self._user.open_arrivals.discard(self)

    def send(self, name: str) -> None:
        """A request called *name* leaves now; ValueError if it is not the arrival's, or another scenario's."""
        self.sent = perf_counter()
        owner = self._user.worker.scenarios.setdefault(name, self._user.scenario)
        if owner != self._user.scenario:
            raise ValueError(f"requests of {owner} and of {self._user.scenario} are both called {name!r}")
        if self.first:
            self.first = False
            if name != self.name:
                raise ValueError(
                    f"the first request of {self.name!r} is called {name!r}; arrivals count under one name"
                )
            return
        self.due, self.name, self.open = self.sent, name, True
        self.second = self._clock.second(self.due)
        self._counters.due(self.second, name)

    def done(self, ms: float, failed: bool) -> None:
        """The open request was answered *ms* after it was sent."""
        self.open = False
        self._counters.done(self.second, self.name, (self.sent - self.due) * 1000 + ms, failed)


class ArrivalGreenlet(Greenlet):  # type: ignore[misc]  # gevent tells no types
    """
    Flies one arrival after the other: a greenlet that is used again spares a request two system calls.

    One whose arrival raises ends with it, and gevent prints why.
    """

    def __init__(self, idle: "list[ArrivalGreenlet]") -> None:
        super().__init__()
        self._idle = idle
        self.arrival: Arrival | None = None

    def _run(self) -> None:
        hub = get_hub()
        while self.arrival is not None:
            self.arrival.run()
            self.arrival = None
            if len(self._idle) >= MOST_IDLE:
                return
            self._idle.append(self)
            hub.switch()


def current_arrival() -> Arrival | None:
    """The arrival this code belongs to, if any."""
    greenlet = getcurrent()
    return greenlet.arrival if type(greenlet) is ArrivalGreenlet else None
