"""Control one load run from its start to its exit code; only the run controller writes the journal."""

import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import gevent

from rollout.judge.verdict import EXIT_INTERNAL
from rollout.locust_plugin.controller.capacity_search import CapacitySearch
from rollout.locust_plugin.controller.exit_code import conclude, conclude_capacity
from rollout.locust_plugin.controller.load_run import LoadRun, begin_run
from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.locust_plugin.controller.run_states import Draining, Ended, Idle, Open, RunState, Waiting
from rollout.locust_plugin.controller.workers import Workers

if TYPE_CHECKING:  # importing locust patches the interpreter; tests of the controller avoid that
    from locust.env import Environment

Compare = Callable[[LoadRun], str]


class RunController:
    """
    Move a run from state to state as locust's events arrive.

    *compare* measures the release and the previous one before the load and gives the reason why the load need not start.
    locust logs and swallows exceptions of listeners. Here such an exception leaves the journal without its end record,
    so that the run proves nothing.
    """

    def __init__(
        self, environment: "Environment", setup: RunSetup, workers: Workers, compare: Compare | None = None
    ) -> None:
        self.environment = environment
        self.setup = setup
        self.workers = workers
        self.compare = compare
        self.broken = False
        self.quitting = False
        self.state: RunState = Idle()

    def fail_run_on_error(self, listener: Callable[..., None]) -> Callable[..., None]:
        """Wrap *listener*: any exception in it marks the run as broken and ends it."""

        @wraps(listener)
        def called(*args: Any, **kwargs: Any) -> None:
            done = False
            try:
                listener(*args, **kwargs)
                done = True
            except OSError as error:
                where = error.filename or self.setup.journals
                print(f"load: {error.strerror}: {where}; no evidence, no run", flush=True)
            finally:
                if not done and not self.broken:
                    self.broken = True
                    gevent.spawn(self.end)

        return called

    def on_start(self, **_: Any) -> None:
        """Open the journal; each further run in the web interface gets its own."""
        run = begin_run(self.setup, self.workers.expected(self.setup.expect_workers))
        self.state = Waiting(run)
        if self.compare is not None and (slower := self.compare(run)):
            self._stop_early(run, slower)
        if run.stopped:
            return
        ticking = gevent.spawn(self.fail_run_on_error(self._tick_until_ended), run)
        ticking.link_exception(lambda _: self.end())

    def on_spawned(self, **_: Any) -> None:
        """Note that locust started all users."""
        if isinstance(self.state, Waiting):
            self.state.spawned()

    def on_report(self, client_id: str, data: dict[str, Any]) -> None:
        """Add the report of a worker."""
        if isinstance(self.state, Waiting | Open | Draining) and "rollout" in data:
            self.state.run.add(data["rollout"])

    def on_drained(self, msg: Any, **_: Any) -> None:
        """Add the last report of a worker that ended in order."""
        if isinstance(self.state, Draining):
            self.state.run.add(msg.data)
            self.state.drained.add(msg.data["worker"])

    def on_stopping(self, **_: Any) -> None:
        """Drain every worker and take its last report; a second call waits for the first."""
        if isinstance(self.state, Draining):
            self.state.done.wait()
        elif isinstance(self.state, Waiting | Open):
            self.state = draining = Draining(self.state.run, self.state.first)
            try:
                self.workers.drain(draining)
            finally:
                draining.done.set()

    def on_stop(self, **_: Any) -> None:
        """
        Close the journal, with its end record unless the run is broken.

        Without the web interface this also ends locust: after a stop for missing workers locust would start the returning
        workers again, without end and without a journal.
        """
        if isinstance(self.state, Waiting | Open | Draining):
            self.state = Ended(self.state.run)
            self.state.run.close(self.broken)
            if self.setup.headless:
                self.end()

    def on_quitting(self, environment: "Environment", **_: Any) -> None:
        """Set locust's exit code; an interrupted run is stopped in order first."""
        if isinstance(self.state, Waiting | Open | Draining) and environment.runner is not None:
            environment.runner.stop()
        environment.process_exit_code = EXIT_INTERNAL
        ended = self.state.run if isinstance(self.state, Ended) else None
        if self.broken or ended is None or not ended.whole:
            print(
                "load: the generator left no whole journal: it proves nothing, whatever older runs say", file=sys.stderr
            )
        elif self.setup.headless:
            environment.process_exit_code = self._exit_code(ended)

    def _exit_code(self, run: LoadRun) -> int:
        if isinstance(run.search, CapacitySearch):
            return conclude_capacity(self.setup, run.search)
        return conclude(self.setup)

    def _tick_until_ended(self, run: LoadRun) -> None:
        """Call `_tick` once per second of *run*, shortly after the second began."""
        while True:
            gevent.sleep(1.05 - run.clock.wall() % 1)
            state = self.state
            if not isinstance(state, Waiting | Open | Draining) or state.run is not run:
                return
            self._tick(state, int(run.clock.wall()))

    def _tick(self, state: Waiting | Open | Draining, second: int) -> None:
        run = state.run
        for report in self.workers.reports():
            run.add(report)
        run.write(second)
        certain = run.search.certain(state.first, second)
        if isinstance(state, Waiting) and state.complete():
            state = self._open_window(state.opened(second))
        if not self.setup.headless:
            return
        run.tell(run.progress(state.first, second))
        if isinstance(state, Draining):
            return
        if certain:
            self._stop_early(run, certain)
        if isinstance(state, Open) and state.over(second) and not run.stopped:
            self.end()

    def _open_window(self, state: Open) -> Open:
        self.state = state
        state.run.write_window(state.first, state.last)
        self.workers.open_window(state.first)
        return state

    def _stop_early(self, run: LoadRun, reason: str) -> None:
        """End a run that cannot lead to GO any more; *reason* goes into its journal."""
        if run.stop_early(reason):
            self.end()

    def end(self) -> None:
        """End the run, and without the web interface locust too, from a new greenlet: locust kills its own ones."""
        if self.setup.headless:
            self.quit()
        elif (runner := self.environment.runner) is not None:
            gevent.spawn(runner.stop)

    def quit(self) -> None:
        """End locust once, from a new greenlet; an open run is stopped in order first."""
        if (runner := self.environment.runner) is not None and not self.quitting:
            self.quitting = True
            gevent.spawn(runner.quit)


def on_interrupt(end: Callable[[], None]) -> None:
    """
    Call *end* at the next SIGINT; a second one raises KeyboardInterrupt as usual.

    Python raises KeyboardInterrupt at any instruction, also within a record, and the journal would lack its end record.
    The event loop calls *end* between two steps of the run.
    """

    def interrupted() -> None:
        watcher.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        end()

    watcher = gevent.signal_handler(signal.SIGINT, interrupted)
