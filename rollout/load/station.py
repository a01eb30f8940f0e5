"""One process that runs people: counts their requests, reports every second, and comes to an orderly end."""

import gc
from time import perf_counter
from typing import Any

import gevent
from locust.env import Environment

from rollout.load.flight import current_flight
from rollout.load.gauge import come_first
from rollout.load.joints import listen
from rollout.load.person import Person
from rollout.load.stage import Stage

GRACE_S = 11.0  # a little more than a request may take before its timeout makes it an error
LEAVING_S = 45.0
Report = dict[str, Any]


class Station:
    """
    The people of one process and what is known about them.

    `report` hands over what was counted since the last one, numbered: whoever adds reports up notices a lost one.
    """

    def __init__(self, environment: Environment, worker: str) -> None:
        self.environment = environment
        self.worker = worker
        self.stage: Stage | None = None
        self.complaints: list[str] = []
        self.begun = False
        self.reports = 0
        self._gauged = 0
        listen(environment.events.request, self.on_request)
        listen(environment.events.user_error, self.on_user_error)

    def begin(self) -> None:
        """A run begins, and with it the numbers of its reports."""
        self.stage = None
        self.reports = 0
        self.begun = True

    def open(self, stage: Stage) -> None:
        """Let people onto *stage*."""
        come_first()
        gc.collect()
        gc.freeze()  # what was imported stays; going through it again would delay arrivals
        gc.set_threshold(50_000, 20, 100)
        self.stage = Person.stage = stage
        stage.timetable.serve(stage, self.complain)

    def open_window(self, second: int) -> None:
        """The measured window opens at that second, and with it the pace begins to change."""
        if self.stage is not None:
            self.stage.pace.opens = self.stage.clock.moment(second)
            self.stage.timetable.moved()

    def on_request(self, response_time: float, exception: BaseException | None, **_: Any) -> None:
        """Count a request that belongs to an arrival; signing in and tidying up are not measured."""
        flight = current_flight()
        if flight:
            flight.done(response_time, exception is not None)

    def complain(self, text: str) -> None:
        """Something went wrong in the generator; the next report tells."""
        self.complaints.append(text)

    def on_user_error(self, user_instance: object, exception: BaseException, tb: object) -> None:
        """An exception in a scenario is a fault of the generator."""
        self.complain(f"{type(exception).__name__}: {exception}")

    def report(self) -> Report:
        """What was counted since the last report."""
        stage = self.stage
        complaints, self.complaints = self.complaints, []
        report: Report = {"worker": self.worker, "number": self.reports, "ready": 0, "generator": []}
        report["exceptions"] = complaints
        self.reports += 1
        if stage is None:
            return report
        second = stage.clock.second(perf_counter())
        if second > self._gauged:
            report["generator"].append(stage.gauge.read(second))
            self._gauged = second
        crashed, stage.exceptions = stage.exceptions, []
        report["exceptions"] = complaints + crashed
        return {**report, "ready": stage.ready, "scenarios": dict(stage.scenarios), **stage.counters.take()}

    def drain(self) -> Report:
        """End the arrivals, wait for open answers, verify and tidy up; the last report, with the canaries."""
        stage = self.stage
        if stage is None or stage.closed:
            return self.report()
        stage.closed = True
        end = perf_counter()
        for person in stage.people:
            person.close(end)
        with gevent.Timeout(GRACE_S, False):
            while any(person.flights for person in stage.people):
                gevent.sleep(0.02)
        gevent.killall([flight.pilot for person in stage.people for flight in person.flights], timeout=1)
        leaving = [gevent.spawn(person.go) for person in stage.people if person.prepared]
        gevent.joinall(leaving, timeout=LEAVING_S)
        gevent.killall(leaving, timeout=1)
        return {**self.report(), "canary": stage.canary}
