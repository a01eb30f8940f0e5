"""One arrival in the air: an action of a person that runs on its own, so that nobody waits for its answers."""

import sys
from collections.abc import Callable
from time import perf_counter
from typing import TYPE_CHECKING

from gevent import Greenlet, GreenletExit, config, get_hub, getcurrent

from rollout.load.counters import DUE, LATE, LATE_S

if TYPE_CHECKING:
    from rollout.load.person import Person

Action = Callable[["Person"], None]
MOST_IDLE = 256
config.track_greenlet_tree = False  # gevent would keep the stack of whoever starts each greenlet


class Flight:
    """
    An action due at *due*; its first request is called *name*.

    The first request counts from the moment the arrival was due, each further one from the moment it was sent: people
    look at an answer before they go on. A request that is open when the flight ends was never answered.
    """

    __slots__ = ("_action", "_clock", "_counters", "_person", "due", "first", "name", "open", "pilot", "second", "sent")

    def __init__(self, person: "Person", name: str, action: Action, due: float) -> None:
        self._person = person
        self._action = action
        self._counters = person.stage.counters
        self._clock = person.stage.clock
        self.pilot: Pilot | None = None
        self.first = True
        self.name = name
        self.due = due
        self.sent = due
        self.second = self._clock.second(due)
        self.open = True
        self._counters.due(self.second, name)

    def fly(self) -> None:
        """Act, now; only the event loop itself may ask for it."""
        idle = self._person.stage.idle
        self.pilot = idle.pop() if idle else Pilot(idle)
        self.pilot.flight = self
        self.pilot.switch()

    def run(self) -> None:
        """Act, and land whatever happens."""
        lag = perf_counter() - self.due
        self._person.stage.gauge.lags.append(lag)
        if lag > LATE_S:
            self._person.stage.was_late = self.due + lag
            self._counters.row(self.second, self.name)[LATE] += 1
        try:
            self._action(self._person)
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
            self._person.stage.exceptions.append(f"{self.name}: {type(error).__name__}: {error}")
        if self.first:
            self._counters.row(self.second, self.name)[DUE] -= 1
        elif self.open:
            self._counters.dropped(self.second, self.name)
        self._person.flights.discard(self)

    def send(self, name: str) -> None:
        """A request called *name* leaves now; ValueError if it is not the arrival's, or another scenario's."""
        self.sent = perf_counter()
        owner = self._person.stage.scenarios.setdefault(name, self._person.scenario)
        if owner != self._person.scenario:
            raise ValueError(f"requests of {owner} and of {self._person.scenario} are both called {name!r}")
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


class Pilot(Greenlet):  # type: ignore[misc]  # gevent tells no types
    """
    Flies one flight after the other: a greenlet that is used again spares a request two system calls.

    One whose flight raises ends with it, and gevent prints why.
    """

    def __init__(self, idle: "list[Pilot]") -> None:
        super().__init__()
        self._idle = idle
        self.flight: Flight | None = None

    def _run(self) -> None:
        hub = get_hub()
        while self.flight is not None:
            self.flight.run()
            self.flight = None
            if len(self._idle) >= MOST_IDLE:
                return
            self._idle.append(self)
            hub.switch()


def current_flight() -> Flight | None:
    """The flight this code belongs to, if any."""
    greenlet = getcurrent()
    return greenlet.flight if type(greenlet) is Pilot else None
