"""One process that runs people: counts their requests, reports every second, and comes to an orderly end."""

import gc
from time import perf_counter
from typing import Any

import gevent

from rollout.locust_plugin.generator.arrival import current_arrival
from rollout.locust_plugin.generator.self_monitor import come_first
from rollout.locust_plugin.generator.user import LoadUser
from rollout.locust_plugin.generator.worker_context import WorkerContext

GRACE_S = 11.0  # a little more than a request may take before its timeout makes it an error
LEAVING_S = 45.0
Report = dict[str, Any]


class WorkerRuntime:
    """
    The people of one process and what is known about them.

    `report` hands over what was counted since the last one, numbered: whoever adds reports up notices a lost one.
    """

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.context: WorkerContext | None = None
        self.complaints: list[str] = []
        self.begun = False
        self.reports = 0
        self._gauged = 0

    def begin(self) -> None:
        """A run begins, and with it the numbers of its reports."""
        self.context = None
        self.reports = 0
        self.begun = True

    def open(self, context: WorkerContext) -> None:
        """Let people onto *context*."""
        come_first()
        gc.collect()
        gc.freeze()  # what was imported stays; going through it again would delay arrivals
        gc.set_threshold(50_000, 20, 100)
        self.context = LoadUser.worker = context
        context.dispatcher.serve(context, self.complain)

    def open_window(self, second: int) -> None:
        """The measured window opens at that second, and with it the shape begins to change."""
        if self.context is not None:
            self.context.shape.opens = self.context.clock.moment(second)
            self.context.dispatcher.moved()

    def on_request(self, response_time: float, exception: BaseException | None, **_: Any) -> None:
        """Count a request that belongs to an arrival; signing in and tidying up are not measured."""
        arrival = current_arrival()
        if arrival:
            arrival.done(response_time, exception is not None)

    def complain(self, text: str) -> None:
        """Something went wrong in the generator; the next report tells."""
        self.complaints.append(text)

    def on_user_error(self, user_instance: object, exception: BaseException, tb: object) -> None:
        """An exception in a scenario is a fault of the generator."""
        self.complain(f"{type(exception).__name__}: {exception}")

    def report(self) -> Report:
        """What was counted since the last report."""
        context = self.context
        complaints, self.complaints = self.complaints, []
        report: Report = {"worker": self.worker, "number": self.reports, "ready": 0, "generator": []}
        report["exceptions"] = complaints
        self.reports += 1
        if context is None:
            return report
        second = context.clock.second(perf_counter())
        if second > self._gauged:
            report["generator"].append(context.self_monitor.read(second))
            self._gauged = second
        crashed, context.exceptions = context.exceptions, []
        report["exceptions"] = complaints + crashed
        return {**report, "ready": context.ready, "scenarios": dict(context.scenarios), **context.counters.take()}

    def drain(self) -> Report:
        """End the arrivals, wait for open answers, verify and tidy up; the last report, with the canaries."""
        context = self.context
        if context is None or context.closed:
            return self.report()
        context.closed = True
        end = perf_counter()
        for user in context.people:
            user.close(end)
        with gevent.Timeout(GRACE_S, False):
            while any(user.open_arrivals for user in context.people):
                gevent.sleep(0.02)
        gevent.killall([arrival.greenlet for user in context.people for arrival in user.open_arrivals], timeout=1)
        leaving = [gevent.spawn(user.go) for user in context.people if user.prepared]
        gevent.joinall(leaving, timeout=LEAVING_S)
        gevent.killall(leaving, timeout=1)
        return {**self.report(), "canary": context.canary}
