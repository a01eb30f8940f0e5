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

if TYPE_CHECKING:  # locust patches the interpreter when it is imported, which tests of the controller do without
    from locust.env import Environment

Compare = Callable[[LoadRun], str]


class RunController:
    """
    Move a run from state to state as locust's events arrive.

    *compare* measures the release beside the one before, before the load begins, and tells why it need not begin. locust logs and swallows what listeners raise; here a listener that does not come to its end
    leaves the journal without an end, and such a run proves nothing.
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
        """Wrap *listener* so that the run is broken, and ends, if it ever fails."""

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
        """Open the journal; a second run in the web interface gets its own."""
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
        """Add the last report of a worker that came to its orderly end."""
        if isinstance(self.state, Draining):
            self.state.run.add(msg.data)
            self.state.drained.add(msg.data["worker"])

    def on_stopping(self, **_: Any) -> None:
        """Let every worker come to its end and take its last report; a second call waits for the first."""
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
        Write the end of the journal, unless something failed here.

        Without the web interface that is the end: where locust itself stopped the test, because it missed its workers, it
        would let them go on as soon as they are back, for ever and without a journal.
        """
        if isinstance(self.state, Waiting | Open | Draining):
            self.state = Ended(self.state.run)
            self.state.run.close(self.broken)
            if self.setup.headless:
                self.end()

    def on_quitting(self, environment: "Environment", **_: Any) -> None:
        """Say the exit code; a run that was interrupted comes to its end first."""
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
        """Work once in each second of *run*, shortly after it began."""
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
        """End a run that cannot lead to GO any more; its journal says why."""
        if run.stop_early(reason):
            self.end()

    def end(self) -> None:
        """End the run from outside of locust's own greenlets, which it kills; without the web interface that ends locust."""
        if self.setup.headless:
            self.quit()
        elif (runner := self.environment.runner) is not None:
            gevent.spawn(runner.stop)

    def quit(self) -> None:
        """End locust, once, from outside of its own greenlets; an open run comes to its end first."""
        if (runner := self.environment.runner) is not None and not self.quitting:
            self.quitting = True
            gevent.spawn(runner.quit)


def on_interrupt(end: Callable[[], None]) -> None:
    """
    Call *end* at the next SIGINT; one after that does what it usually does.

    Python raises KeyboardInterrupt wherever it happens to be, in the middle of a record too, and the journal would have no
    end. The event loop calls *end* between two steps of the run.
    """

    def interrupted() -> None:
        watcher.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        end()

    watcher = gevent.signal_handler(signal.SIGINT, interrupted)
