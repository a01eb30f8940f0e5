"""A user: an account, a schedule of their own, and as many actions at once as the answers leave open."""

import functools
import random
from collections.abc import Callable
from math import inf
from time import perf_counter
from typing import Any, ClassVar

import gevent
from gevent.event import Event
from locust import FastHttpUser, task
from locust.env import Environment
from locust.user.task import LOCUST_STATE_WAITING

from rollout.locust_plugin.generator.arrival import Action, Arrival
from rollout.locust_plugin.generator.canary_writes import Written, verify
from rollout.locust_plugin.generator.http_client import LoadClient
from rollout.locust_plugin.generator.response_check import JsonResponseCheck
from rollout.locust_plugin.generator.schedule import Schedule
from rollout.locust_plugin.generator.worker_context import WorkerContext

BEHIND_S = 2.0  # a generator that was late so lately has no time to take its answers either
AS_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
IN_FLIGHT = 32  # a real user would have closed the tab by then; more is counted as dropped


def arrival(name: str, weight: int = 1) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """A task of an open model: whenever it is due it starts at once; its first request is called *name*."""

    def decorate(action: Callable[[Any], None]) -> Callable[[Any], None]:
        @task(weight)
        @functools.wraps(action)
        def due(user: LoadUser) -> None:
            user.dispatch(name, action)

        return due

    return decorate


class LoadUser(FastHttpUser):
    """
    One user of a scenario; *scenario* is the key of its weight in the plan.

    `prepare` runs before the first action, outside of what is measured, and again while it does not work: until then
    every arrival is dropped. `leave` removes what was made. *writes* are acknowledged writes to be verified afterwards.
    """

    abstract = True
    scenario: ClassVar[str]
    usual_items: ClassVar[int] = 1
    worker: ClassVar[WorkerContext]
    network_timeout = 10.0
    connection_timeout = 10.0
    concurrency = IN_FLIGHT

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.client = LoadClient(
            self.host,
            environment.events.request,
            self,
            insecure=self.insecure,
            ssl_context_factory=self.ssl_context_factory,
            network_timeout=self.network_timeout,
            connection_timeout=self.connection_timeout,
            max_redirects=self.max_redirects,
            max_retries=self.max_retries,
            concurrency=self.concurrency,
        )
        self.number = len(self.worker.people)
        self.worker.people.append(self)
        self.open_arrivals: set[Arrival] = set()
        self.writes: list[Written] = []
        self.prepared = False
        self.gone = False
        self._recovery: gevent.Greenlet | None = None
        self.schedule: Schedule | None = None
        self.random = random.Random(f"{self.worker.seed}/{self.number}/deeds")

    def prepare(self) -> bool:
        """Get ready to act: sign in, make what the actions need; say whether that worked."""
        return True

    def leave(self) -> None:
        """Remove what was made."""

    def on_start(self) -> None:
        """Get ready, then wait for the first moment; whoever could not get ready has a schedule all the same."""
        context = self.worker
        try:
            self.prepared = self.prepare()
        finally:
            context.ready += 1
            rate = context.per_second[self.scenario]
            self.schedule = Schedule(rate, f"{context.seed}/{self.number}", perf_counter(), context.gaps, context.shape)
        context.dispatcher.enroll(self)
        self._state = LOCUST_STATE_WAITING  # the dispatcher has them act; locust may end them at any time
        Event().wait()

    def on_stop(self) -> None:
        """Gone before the run is over: what was still on the schedule is missing from it."""
        self.gone = True

    def rest(self, method: str, url: str, headers: dict[str, str] | None = None, **options: Any) -> JsonResponseCheck:  # type: ignore[override]  # a block, as locust's
        """A request whose answer has to be JSON, for a with block."""
        headers = {**AS_JSON, **headers} if headers else AS_JSON
        return JsonResponseCheck(self.client.request(method, url, headers=headers, catch_response=True, **options))

    @property
    def due(self) -> float:
        """The next moment; never, before there is a schedule."""
        return self.schedule.due if self.schedule else inf

    def act(self) -> None:
        """Do one of the own things, now."""
        random.choice(self.tasks)(self)  # type: ignore[operator]  # ours are functions, never nested sets

    @property
    def items(self) -> int:
        """How many things this user works with."""
        return self.worker.items.get(self.scenario, self.usual_items)

    def dispatch(self, name: str, action: Action) -> None:
        """Start *action*, due now, and go on to the next moment without waiting for it."""
        if self.schedule is None or self.worker.closed:
            return
        due = self.schedule.due
        self.schedule.advance()
        at = self.worker.clock.second(due)
        second = self.worker.counters.second(at)
        second.planned += 1
        free = len(self.open_arrivals) < IN_FLIGHT
        if not free and (self.worker.self_monitor.full or perf_counter() - self.worker.was_late < BEHIND_S):
            return  # nothing was sent, and that is no word about the target: the generator itself is behind
        second.sent += 1
        if self.prepared and free:
            self._start(Arrival(self, name, action, due))
            return
        self.worker.counters.due(at, name)
        self.worker.counters.dropped(at, name)
        if not self.prepared and (self._recovery is None or self._recovery.ready()):
            self._recovery = gevent.spawn(self._recover)

    def _start(self, arrival: Arrival) -> None:
        self.open_arrivals.add(arrival)
        arrival.fly()

    def _recover(self) -> None:
        self.prepared = self.prepare()

    def close(self, end: float) -> None:
        """Count what was on the schedule until *end* and never got its turn."""
        if self.schedule is not None:
            for moment in self.schedule.missed(end):
                self.worker.counters.second(self.worker.clock.second(moment)).planned += 1

    def wrote(self, written: Written) -> None:
        """The target acknowledged this write; it has to be there afterwards."""
        self.writes.append(written)
        self.worker.canary["written"] += 1

    def go(self) -> None:
        """Verify what was acknowledged, then remove what was made."""
        for written in self.writes:
            verify(self.client, written, self.worker.canary)
        self.leave()
