"""A user of the load: it has its own schedule, and its actions run concurrently while answers are open."""

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

AS_JSON = {"Content-Type": "application/json", "Accept": "application/json"}
MOST_OPEN_ARRIVALS = 32  # of one user; further arrivals are planned and not sent
SHORTEST_REST_S, LONGEST_REST_S = 1.0, 30.0
FIRST_TRIES = 4  # to get ready before the load begins
LONGEST_FIRST_REST_S = 10.0  # the longest rest between them


def arrival(name: str, weight: int = 1) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """A task of an open model: it starts when due, also while others are open; its first request is called *name*."""

    def decorate(action: Callable[[Any], None]) -> Callable[[Any], None]:
        @task(weight)
        @functools.wraps(action)
        def due(user: LoadUser) -> None:
            user.dispatch(name, action)

        return due

    return decorate


class PrepareBackOff:
    """The rest before the next try to get ready: doubled each time up to LONGEST_REST_S, or longer where the target asks for it."""

    def __init__(self) -> None:
        self._next_s = SHORTEST_REST_S
        self._end = 0.0

    def begin(self, least_s: float) -> None:
        """Rest for *least_s* seconds at least."""
        self._end = perf_counter() + max(self._next_s, least_s)
        self._next_s = min(2 * self._next_s, LONGEST_REST_S)

    @property
    def left_s(self) -> float:
        """The rest of the rest, in seconds."""
        return max(0.0, self._end - perf_counter())

    def is_over(self) -> bool:
        """Whether the next try may begin."""
        return not self.left_s


class LoadUser(FastHttpUser):
    """
    One user of a scenario; *scenario* is the key of its weight in the plan.

    `prepare` runs before the first action, outside of the measurement, and again until it succeeds, after a rest that
    doubles each time and is at least *rest_s*, the seconds that the target asked for. Until then every arrival is
    planned and not sent: the run is invalid, and nothing counts against the target. *trouble* is the latest error
    during `prepare`, *unready* the error of its last complete failed call. `leave` removes created data. *writes*
    are acknowledged writes, verified after the load. *together* is the number of arrivals at each moment of the schedule.
    The worker runtime sets *worker* and *users* at the start of a run; all users of a process share them.
    """

    abstract = True
    scenario: ClassVar[str]
    usual_items: ClassVar[int] = 1
    together: ClassVar[int] = 1
    worker: ClassVar[WorkerContext]
    users: ClassVar[list["LoadUser"]]
    network_timeout = 10.0
    connection_timeout = 10.0
    concurrency = MOST_OPEN_ARRIVALS

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
        self.number = len(self.users)
        self.users.append(self)
        self.meter = self.worker.meter
        self.dispatcher = self.worker.dispatcher
        self.open_arrivals: set[Arrival] = set()
        self.writes: list[Written] = []
        self.prepared = False
        self.trouble = ""
        self.unready = ""
        self.gone = False
        self.rest_s = 0.0
        self._rest = PrepareBackOff()
        self._recovery: gevent.Greenlet | None = None
        self.schedule: Schedule | None = None
        self.random = random.Random(f"{self.worker.seed}/{self.number}/deeds")

    def prepare(self) -> bool:
        """Sign in and create the data that the actions need; whether that worked."""
        return True

    def leave(self) -> None:
        """Remove the created data."""

    def on_start(self) -> None:
        """Get ready, then wait while the dispatcher starts the actions; a user that is not ready has a schedule too."""
        try:
            self._get_ready()
        finally:
            self.meter.ready += 1
            self.schedule = self._schedule()
        self.dispatcher.enroll(self)
        self._state = LOCUST_STATE_WAITING  # the dispatcher starts the actions; locust may end the user at any time
        Event().wait()

    def _get_ready(self) -> None:
        """Try up to FIRST_TRIES times, each user after a rest of its own, so that those refused together do not come back together."""
        for number in range(FIRST_TRIES):
            self._try_to_prepare()
            if self.prepared or number == FIRST_TRIES - 1 or self._rest.left_s > LONGEST_FIRST_REST_S:
                return
            gevent.sleep(self._rest.left_s * (1 + self.random.random()))

    def _schedule(self) -> Schedule:
        worker = self.worker
        rate, seed = worker.per_second[self.scenario], f"{worker.seed}/{self.number}"
        return Schedule(rate, seed, perf_counter(), worker.gaps, worker.shape)

    def on_stop(self) -> None:
        """Stop acting; arrivals still on the schedule count as planned and never sent."""
        self.gone = True

    def rest(self, method: str, url: str, headers: dict[str, str] | None = None, **options: Any) -> JsonResponseCheck:  # type: ignore[override]  # a block, as locust's
        """A request whose answer must be JSON, for a with block."""
        headers = {**AS_JSON, **headers} if headers else AS_JSON
        return JsonResponseCheck(self.client.request(method, url, headers=headers, catch_response=True, **options))

    @property
    def due(self) -> float:
        """The next moment at which this user acts; infinity before it has a schedule."""
        return self.schedule.due if self.schedule else inf

    def act(self) -> None:
        """Start one of the tasks, now."""
        random.choice(self.tasks)(self)  # type: ignore[operator]  # ours are functions, never nested sets

    @property
    def items(self) -> int:
        """The number of objects that this user works with."""
        return self.worker.items.get(self.scenario, self.usual_items)

    @property
    def over(self) -> bool:
        """Whether the run is over, so that an action should end."""
        return self.dispatcher.closed

    def dispatch(self, name: str, action: Action) -> None:
        """Start *action*, due now, *together* times and advance the schedule, without waiting for answers."""
        if self.schedule is None or self.dispatcher.closed:
            return
        due = self.schedule.due
        self.schedule.advance()
        meter = self.meter
        at = meter.clock.second(due)
        second = meter.counters.second(at)
        second.planned += self.together
        if not self.prepared:
            self._wait_until_ready(due)
            return
        for _ in range(min(self.together, MOST_OPEN_ARRIVALS - len(self.open_arrivals))):
            second.sent += 1
            arrival = Arrival(self, name, action, due, meter)
            self.open_arrivals.add(arrival)
            self.worker.greenlets.start(arrival)

    def _wait_until_ready(self, due: float) -> None:
        """Retry `prepare` in the background; an arrival *due* in the measured window makes the run invalid."""
        opens = self.worker.shape.opens
        if opens is not None and due >= opens:
            self.meter.unready.setdefault(self.scenario, self.unready or "its users could not get ready")
        if self._rest.is_over() and (self._recovery is None or self._recovery.ready()):
            self._recovery = gevent.spawn(self._try_to_prepare)

    def _try_to_prepare(self) -> None:
        """Call `prepare` and keep its *trouble* as *unready* if it failed; while a call runs, *unready* stays as it was."""
        self.rest_s = 0.0
        try:
            self.prepared = self.prepare()
        finally:
            self._rest.begin(self.rest_s)
        self.unready = "" if self.prepared else self.trouble

    def close(self, end: float) -> None:
        """Count the remaining arrivals up to *end* as planned; they were never sent."""
        if self.schedule is not None:
            for moment in self.schedule.missed(end):
                self.meter.counters.second(self.meter.clock.second(moment)).planned += self.together

    def wrote(self, written: Written) -> None:
        """Note an acknowledged write, to be verified after the load."""
        self.writes.append(written)
        self.meter.canary["written"] += 1

    def go(self) -> None:
        """Verify the acknowledged writes, then remove the created data."""
        for written in self.writes:
            verify(self.client, written, self.meter.canary)
        self.leave()
