"""One arrival: an action of a user in a greenlet of its own, so that no other action waits for its answers."""

import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any, Protocol

from gevent import Greenlet, GreenletExit

from rollout.evidence.row import LATE_S
from rollout.locust_plugin.generator.meter import Meter
from rollout.target.rate_limit import TOO_MANY

Action = Callable[[Any], None]


class ActingUser(Protocol):
    """The part of a user that its arrivals need."""

    open_arrivals: "set[Arrival]"

    @property
    def scenario(self) -> str:
        """The scenario that the user belongs to."""


class Arrival:
    """
    An action due at *due*; its first request is called *name*.

    The latency of the first request counts from the moment the arrival was due, that of each further one from its
    sending: users read an answer before they go on. A request still open at the end of the arrival was never answered.
    """

    __slots__ = (
        *("_action", "_clock", "_counters", "_meter", "_user"),
        *("due", "first", "greenlet", "name", "open", "second", "sent"),
    )

    def __init__(self, user: ActingUser, name: str, action: Action, due: float, meter: Meter) -> None:
        self._user = user
        self._action = action
        self._meter = meter
        self._counters = meter.counters
        self._clock = meter.clock
        self.greenlet: Greenlet | None = None
        self.first = True
        self.name = name
        self.due = due
        self.sent = due
        self.second = self._clock.second(due)
        self.open = True
        self._counters.due(self.second, name)

    def run(self) -> None:
        """Run the action and count its end, also after an exception; ValueError if it made no request."""
        lag = perf_counter() - self.due
        self._meter.lags.append(lag)
        if lag > LATE_S:
            self._counters.row(self.second, self.name).late += 1
        try:
            self._action(self._user)
            if self.first:
                raise ValueError("the action made no request")
        finally:
            self._end()

    def _end(self) -> None:
        """
        Count an open request as never answered, and an arrival without a request not at all.

        An exception of the action is noted as a fault of the generator, not of the target.
        """
        error = sys.exception()
        if error is not None and not isinstance(error, GreenletExit):
            self._meter.exceptions.append(f"{self.name}: {type(error).__name__}: {error}")
        if self.first:
            self._counters.row(self.second, self.name).due -= 1
        elif self.open:
            self._counters.dropped(self.second, self.name)
        self._user.open_arrivals.discard(self)

    def send(self, name: str) -> None:
        """Note that a request *name* is sent now; ValueError if the name belongs to another arrival or scenario."""
        self.sent = perf_counter()
        scenario = self._user.scenario
        owner = self._meter.scenarios.setdefault(name, scenario)
        if owner != scenario:
            raise ValueError(f"requests of {owner} and of {scenario} are both called {name!r}")
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

    def done(self, ms: float, failed: bool, refused: bool = False) -> None:
        """Count the answer to the open request, *ms* milliseconds after its sending; *refused* by the rate limiter."""
        self.open = False
        if refused:
            self._counters.second(self.second).refuse(self.name)
        self._counters.done(self.second, self.name, (self.sent - self.due) * 1000 + ms, failed)


def held_off(error: BaseException | None, response: Any) -> bool:
    """Whether the rate limiter answered: a 429 that the scenario does not accept, which leaves an *error*."""
    return error is not None and getattr(response, "status_code", None) == TOO_MANY
