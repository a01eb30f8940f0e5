"""Run the users of one process: count their requests, report every second, and end them in order."""

import gc
from time import perf_counter
from typing import Any

import gevent

from rollout.locust_plugin.generator.arrival import held_off
from rollout.locust_plugin.generator.greenlet_pool import current_arrival
from rollout.locust_plugin.generator.link_monitor import LinkMonitor
from rollout.locust_plugin.generator.self_monitor import come_first
from rollout.locust_plugin.generator.user import LoadUser
from rollout.locust_plugin.generator.worker_context import WorkerContext
from rollout.target.own_link import OwnLink

GRACE_S = 11.0  # s; longer than the timeout of a request
LEAVING_S = 45.0
MOST_TEXTS, LONGEST_TEXT = 20, 1000  # exceptions in one report
Report = dict[str, Any]


def few(texts: list[str]) -> list[str]:
    """At most MOST_TEXTS different *texts*, cut to LONGEST_TEXT characters, for a report."""
    return list(dict.fromkeys(text[:LONGEST_TEXT] for text in texts))[:MOST_TEXTS]


class WorkerRuntime:
    """
    The users of one process and their counters; *context* is None until a run was opened.

    `report` gives the counts since the last report, with a sequence number: the recorder notices a lost one.
    """

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self.context: WorkerContext | None = None
        self.begun = False
        self._users: list[LoadUser] = []
        self._complaints: list[str] = []
        self._reports = 0
        self._monitored = 0
        self._link: LinkMonitor | None = None
        self._looking: gevent.Greenlet | None = None

    def begin(self) -> None:
        """Begin a run; the sequence numbers of its reports restart at 0."""
        self.context = None
        self._reports = 0
        self.begun = True

    def open(self, context: WorkerContext) -> None:
        """Start the dispatcher and the link monitor of *context*."""
        come_first()
        gc.collect()
        gc.freeze()  # imported objects stay; scanning them again would delay arrivals
        gc.set_threshold(50_000, 20, 100)
        self._users = LoadUser.users = []
        self.context = LoadUser.worker = context
        context.dispatcher.serve(self.complain)
        self._link = LinkMonitor(OwnLink(context.target), context.meter.clock)
        self._looking = gevent.spawn(self._link.watch)

    def open_window(self, second: int) -> None:
        """Open the measured window at *second*; the load shape begins to change there."""
        if self.context is not None:
            self.context.shape.opens = self.context.meter.clock.moment(second)
            self.context.dispatcher.reschedule()

    def on_request(self, response_time: float, exception: BaseException | None, response: Any = None, **_: Any) -> None:
        """Count the answer to a request of an arrival; sign-in and clean-up are not measured."""
        arrival = current_arrival()
        if arrival:
            arrival.done(response_time, exception is not None, held_off(exception, response))

    def complain(self, text: str) -> None:
        """Note an error of the generator for the next report."""
        self._complaints.append(text)

    def on_user_error(self, user_instance: object, exception: BaseException, tb: object) -> None:
        """Note an exception in a scenario, which is a fault of the generator."""
        self.complain(f"{type(exception).__name__}: {exception}")

    def report(self) -> Report:
        """The counts since the last report; the load recorder of the controller reads them."""
        complaints, self._complaints = self._complaints, []
        report: Report = {"worker": self.worker, "number": self._reports, "ready": 0, "generator": []}
        self._reports += 1
        if self.context is None:
            return {**report, "exceptions": complaints}
        meter = self.context.meter
        return {
            **report,
            "ready": meter.ready,
            "generator": self._readings(self.context),
            "offline": self._link.take() if self._link else [],
            "exceptions": few(complaints + meter.take_exceptions()),
            "scenarios": dict(meter.scenarios),
            "unready": dict(meter.unready),
            **meter.counters.take(),
        }

    def _readings(self, context: WorkerContext) -> list[dict[str, Any]]:
        """One reading of the self-monitor for each second."""
        second = context.meter.clock.second(perf_counter())
        if second <= self._monitored:
            return []
        self._monitored = second
        return [context.monitor.read(second, context.meter.take_lags())]

    def drain(self) -> Report:
        """End the arrivals, wait for open answers, verify writes and clean up; gives the last report, with the canaries."""
        context = self.context
        if context is None or context.dispatcher.closed:
            return self.report()
        context.dispatcher.close()
        end = perf_counter()
        for user in self._users:
            user.close(end)
        self._end_arrivals()
        self._leave()
        if self._looking is not None:
            self._looking.kill()
        return {**self.report(), "canary": context.meter.canary}

    def _end_arrivals(self) -> None:
        """Wait up to GRACE_S seconds for open answers, then kill the open arrivals."""
        with gevent.Timeout(GRACE_S, False):
            while any(user.open_arrivals for user in self._users):
                gevent.sleep(0.02)
        gevent.killall([arrival.greenlet for user in self._users for arrival in user.open_arrivals], timeout=1)

    def _leave(self) -> None:
        """Make every user, ready or not, verify its writes and remove its data."""
        leaving = [gevent.spawn(user.go) for user in self._users]
        gevent.joinall(leaving, timeout=LEAVING_S)
        gevent.killall(leaving, timeout=1)
