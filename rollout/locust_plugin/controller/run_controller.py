"""Leads one run from its first arrival to its verdict; only it writes the journal."""

import sys
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import gevent
import gevent.ssl
from gevent.event import Event
from locust.env import Environment
from locust.runners import MasterRunner

from rollout.evidence import Journal
from rollout.evidence.records import LoadStopped, LoadWindow
from rollout.evidence.row import columns
from rollout.judge.verdict import EXIT_INTERNAL
from rollout.locust_plugin.controller.baseline_comparison import BaselineComparison, Reads, http_session
from rollout.locust_plugin.controller.capacity_search import CapacitySearch
from rollout.locust_plugin.controller.early_stop import EarlyStop
from rollout.locust_plugin.controller.exit_code import cases, conclude, conclude_capacity
from rollout.locust_plugin.controller.load_recorder import SETTLE_S, Recorder
from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.locust_plugin.controller.worker_registry import WorkerRegistry
from rollout.locust_plugin.generator.schedule import Clock
from rollout.locust_plugin.generator.worker_runtime import WorkerRuntime
from rollout.target.redact import Redactor

DRAIN = "rollout-drain"
DRAINED = "rollout-drained"
WINDOW = "rollout-window"
LEAD_S = 3  # so that everybody has heard of it before the shape begins to change
DRAIN_S = 75.0
PATIENCE_S = 20.0
PATIENCE_PER_USER_S = 0.5


class RunController:
    """
    Opens the measured window when everybody is there, closes it on time, and concludes.

    locust logs and swallows what listeners raise; here a listener that does not come to its end leaves the journal
    without one, and such a run proves nothing.
    """

    def __init__(
        self, environment: Environment, setup: RunSetup, runtime: WorkerRuntime | None, reads: Reads | None = None
    ) -> None:
        self.environment = environment
        self.setup = setup
        self.runtime = runtime
        self.reads = reads
        self.broken = False
        self.ended = False
        self._stopping: Event | None = None
        self.recorder: Recorder | None = None
        self.clock = Clock()
        self.first: int | None = None
        self.last: int | None = None
        self._spawned_at: float | None = None
        self._drained: set[str] = set()

    def fail_run_on_error(self, listener: Callable[..., None]) -> Callable[..., None]:
        """*listener*, and the knowledge whether it ever failed."""

        @wraps(listener)
        def called(*args: Any, **kwargs: Any) -> None:
            done = False
            try:
                listener(*args, **kwargs)
                done = True
            except OSError as error:
                print(
                    f"load: {error.strerror}: {error.filename or self.setup.journals}; no evidence, no run", flush=True
                )
            finally:
                if not done and not self.broken:
                    self.broken = True
                    gevent.spawn(self.end)

        return called

    @property
    def master(self) -> MasterRunner | None:
        """The master's runner in a distributed run."""
        runner = self.environment.runner
        return runner if isinstance(runner, MasterRunner) else None

    def on_start(self, environment: Environment, **_: Any) -> None:
        """Open the journal; a second run in the web interface gets its own."""
        expected = max(self.master.worker_count, self.setup.expect_workers) if self.master else 1
        self.registry = WorkerRegistry(expected)
        slow_ms = self.setup.profile.slow_ms
        facts = self.setup.facts(expected)
        journal = Journal(self.setup.journals, self.setup.origin, load=facts, columns=columns(slow_ms))
        self.recorder = Recorder(journal, slow_ms, Redactor(self.setup.target))
        self.ended = False
        self.first = self.last = self._spawned_at = None
        self._drained = set()
        self._stopping = None
        self.early_stop = self._search()
        self.recorder.on_second = self.early_stop.see
        self.stopped = ""
        self._compare(journal)
        if self.stopped:
            return
        ticking = gevent.spawn(self.fail_run_on_error(self._tick_for_ever))
        ticking.link_exception(lambda _: self.end())

    def _search(self) -> EarlyStop | CapacitySearch:
        setup, profile = self.setup, self.setup.profile
        judged = cases(setup, self.clock.wall())
        if setup.capacity:
            return CapacitySearch(judged, setup.shape, setup.users * setup.actions_per_minute / 60, profile.slow_ms)
        assert self.recorder is not None
        return EarlyStop(judged, profile.slice, profile.slow_ms, self.recorder.scenarios)

    def _compare(self, journal: Journal) -> None:
        """Measure beside the release before, while nobody else is there; the web interface does not wait for it."""
        if self.reads is None or not self.setup.compares or not self.setup.headless:
            return
        context = partial(gevent.ssl.create_default_context, cafile=self.setup.target.ca_file)
        clients = partial(http_session, ssl_context_factory=context)
        comparison = BaselineComparison(
            self.reads,
            self.setup.target,
            self.setup.seed,
            self.setup.profile.beside,
            clients,
            journal.append,
            self.tell,
        )
        comparison.run()
        if comparison.slower:
            self._stop_early("it is certainly more than half again as slow as the release before")

    def _stop_early(self, reason: str) -> None:
        """End a run that cannot lead to GO any more; its journal says why."""
        if self.recorder is None or not self.setup.early_stop or not self.setup.headless or self.stopped:
            return
        self.stopped = reason
        self.recorder.journal.append(LoadStopped(reason=reason))
        print(f"load: stopped, because {reason}", flush=True)
        self.end()

    def tell(self, text: str) -> None:
        """One line for whoever waits."""
        if self.setup.plain:
            print(text, flush=True)

    def on_spawned(self, **_: Any) -> None:
        """Everybody was asked to come; they are there once they signed in."""
        self._spawned_at = self._spawned_at or self.clock.wall()

    def on_report(self, client_id: str, data: dict[str, Any]) -> None:
        """A worker reported."""
        if self.recorder is not None and not self.ended and "rollout" in data:
            self._add(data["rollout"])

    def on_drained(self, msg: Any, **_: Any) -> None:
        """A worker came to its orderly end; this is its last report."""
        if self.recorder is not None and not self.ended:
            self._add(msg.data)
            self._drained.add(msg.data["worker"])

    def _add(self, report: dict[str, Any]) -> None:
        assert self.recorder is not None
        self.registry.hear(report["worker"], self.clock.wall())
        self.recorder.add(report)

    def _tick_for_ever(self) -> None:
        while not self.ended:
            now = self.clock.wall()
            gevent.sleep(1.05 - now % 1)
            if not self.ended:
                self._tick(int(self.clock.wall()))

    def _tick(self, second: int) -> None:
        recorder = self.recorder
        assert recorder is not None
        if self.runtime is not None:
            self._add(self.runtime.report())
        recorder.flush(before=second - SETTLE_S)
        self._look_for_workers()
        certain = self.early_stop.certain(self.first, second)
        if self.first is None and self._everybody_there():
            self._open_window(second + (LEAD_S if len(self.setup.shape) > 1 else 1))
        if self.setup.headless:
            if self.setup.plain:
                print(self._progress(second), flush=True)
            if certain:
                self._stop_early(certain)
            if self.last is not None and second > self.last and self._stopping is None and not self.stopped:
                self.end()

    def _progress(self, second: int) -> str:
        """Where the run is: `load 12/60 s  240 requests  0 errors  p95 41 ms  365 more slices for error-rate`."""
        assert self.recorder is not None
        hold_s = int(self.setup.hold_s or 0)
        done = 0 if self.first is None else min(max(0, second - self.first), hold_s)
        outlook = self.early_stop.outlook()
        return f"load {done}/{hold_s} s  {self.recorder.summary()}{f'  {outlook}' if outlook else ''}"

    def _look_for_workers(self) -> None:
        assert self.recorder is not None
        if changed := self.registry.look(self.clock.wall()):
            self.recorder.journal.append(changed)

    def _everybody_there(self) -> bool:
        assert self.recorder is not None
        if self._spawned_at is None:
            return False
        waited = self.clock.wall() - self._spawned_at
        patience = PATIENCE_S + PATIENCE_PER_USER_S * self.setup.users
        return sum(self.recorder.ready.values()) >= self.setup.users or waited > patience

    def _open_window(self, second: int) -> None:
        assert self.recorder is not None
        self.first = second
        self.last = None if self.setup.hold_s is None else second + int(self.setup.hold_s) - 1
        ready = sum(self.recorder.ready.values())
        self.recorder.journal.append(LoadWindow(first=self.first, last=self.last, ready=ready))
        if self.runtime is not None:
            self.runtime.open_window(second)
        elif self.master is not None:
            for client in self.master.clients.all:
                self.master.send_message(WINDOW, {"first": second}, client_id=client.id)

    def end(self) -> None:
        """End the run from outside of locust's own greenlets, which it kills."""
        runner = self.environment.runner
        assert runner is not None
        gevent.spawn(runner.quit if self.setup.headless else runner.stop)

    def on_stopping(self, **_: Any) -> None:
        """Let every runtime come to its end and take its last report."""
        if self.recorder is None or self.ended:
            return
        if self._stopping is not None:
            self._stopping.wait()
            return
        self._stopping = Event()
        try:
            self._drain()
        finally:
            self._stopping.set()

    def _drain(self) -> None:
        if self.runtime is not None:
            self._add(self.runtime.drain())
        elif self.master is not None:
            self._drain_workers(self.master)

    def _drain_workers(self, master: MasterRunner) -> None:
        for client in master.clients.all:
            master.send_message(DRAIN, client_id=client.id)
        with gevent.Timeout(DRAIN_S, False):
            while self._still_draining():
                gevent.sleep(0.05)
        for worker in self.registry.heard:
            if worker not in self._drained:
                self.registry.lose(worker)

    def _still_draining(self) -> bool:
        self.registry.look(self.clock.wall())
        return any(worker not in self._drained and worker not in self.registry.lost for worker in self.registry.heard)

    def on_stop(self, **_: Any) -> None:
        """Write the end of the journal, unless something went wrong here."""
        recorder = self.recorder
        if recorder is None or self.ended:
            return
        self.ended = True
        for what in recorder.lost:
            self.registry.lose(what)
        self._look_for_workers()
        recorder.close()
        if isinstance(self.early_stop, CapacitySearch):
            recorder.journal.append(self.early_stop.record())
        if self.broken:
            recorder.journal.abandon()
        else:
            recorder.journal.finish()

    def on_quitting(self, environment: Environment, **_: Any) -> None:
        """Conclude; a run that was interrupted comes to its end first."""
        runner = environment.runner
        assert runner is not None
        if self.recorder is not None and not self.ended:
            runner.stop()
        environment.process_exit_code = EXIT_INTERNAL
        if self.broken:
            print("load: the generator failed; its journal has no end and proves nothing", file=sys.stderr)
        if self.setup.headless:
            found = getattr(self, "early_stop", None)
            if isinstance(found, CapacitySearch) and not self.broken:
                environment.process_exit_code = conclude_capacity(self.setup, found)
            else:
                environment.process_exit_code = conclude(self.setup)
