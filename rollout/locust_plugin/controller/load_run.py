"""One run from its first to its last record: its recorder, its worker registry, and its early stop or capacity search."""

from dataclasses import dataclass
from typing import Any

from rollout.clean_text import clean
from rollout.evidence import Journal
from rollout.evidence.records import LoadStopped, LoadWindow
from rollout.evidence.row import columns
from rollout.locust_plugin.controller.capacity_search import CapacitySearch
from rollout.locust_plugin.controller.early_stop import EarlyStop
from rollout.locust_plugin.controller.exit_code import cases
from rollout.locust_plugin.controller.load_recorder import SETTLE_S, LoadRecorder
from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.locust_plugin.controller.worker_registry import WorkerRegistry
from rollout.locust_plugin.generator.schedule import RunClock
from rollout.same_release import SameRelease
from rollout.suite import suite_of

Search = EarlyStop | CapacitySearch


@dataclass
class LoadRun:
    """One run; *stopped* is the reason of an early stop, empty without one."""

    setup: RunSetup
    clock: RunClock
    recorder: LoadRecorder
    registry: WorkerRegistry
    search: Search
    build: SameRelease | None = None
    stopped: str = ""

    @property
    def whole(self) -> bool:
        """Whether the journal of the run has its end record; without it the run has no result."""
        return self.recorder.journal.finished

    @property
    def ready(self) -> int:
        """The number of ready users of all workers."""
        return sum(self.recorder.ready.values())

    def add(self, report: dict[str, Any]) -> None:
        """Add the report of a worker."""
        self.registry.hear(report["worker"], self.clock.wall())
        self.recorder.add(report)

    def write(self, second: int) -> None:
        """Write every second that has settled by *second*, and the state of the workers if it changed."""
        self.recorder.flush(before=second - SETTLE_S)
        self.write_workers()

    def write_workers(self) -> None:
        """Write which workers are present and which are lost, if that changed."""
        if changed := self.registry.changed(self.clock.wall()):
            self.recorder.journal.append(changed)

    def write_window(self, first: int, last: int | None) -> None:
        """Write the record of the measured window: its *first* and *last* second (None: open end)."""
        self.recorder.journal.append(LoadWindow(first=first, last=last, ready=self.ready))

    def stop_early(self, reason: str) -> bool:
        """Write the reason of an early stop; False if the run must not stop early or has already stopped."""
        if not self.setup.early_stop or not self.setup.headless or self.stopped:
            return False
        self.stopped = reason
        self.recorder.journal.append(LoadStopped(reason=reason))
        print(f"load: stopped, because {reason}", flush=True)
        return True

    def progress(self, first: int | None, second: int) -> str:
        """The line of progress: `load 12/60 s  240 requests  0 errors  p95 41 ms  365 more slices for error-rate`."""
        hold_s = int(self.setup.hold_s or 0)
        done = 0 if first is None else min(max(0, second - first), hold_s)
        outlook = self.search.outlook()
        return f"load {done}/{hold_s} s  {self.recorder.summary()}{f'  {outlook}' if outlook else ''}"

    def tell(self, text: str) -> None:
        """Print one line of progress if the command line asks for plain lines."""
        if self.setup.plain:
            print(text, flush=True)

    def close(self, broken: bool) -> None:
        """Write the rest; the journal of a *broken* run gets no end record, so that it proves nothing."""
        for what in self.recorder.lost:
            self.registry.lose(what)
        self.write_workers()
        self.recorder.close()
        journal = self.recorder.journal
        if isinstance(self.search, CapacitySearch):
            journal.append(self.search.record())
        if broken:
            journal.abandon()
        else:
            journal.finish(other=self._other_release())

    def _other_release(self) -> str:
        """The release that answers now if it is another one than at the start, also printed; empty under a gate, which checks it itself."""
        other = self.build.other() if self.build else ""
        if other:
            print(f"load: another release answers now, {clean(other)}: run it again for it", flush=True)
        return other


def begin_run(setup: RunSetup, workers: int) -> LoadRun:
    """Open the journal of a run on *workers* workers and connect recorder and search."""
    clock, slow_ms = RunClock(), setup.profile.slow_ms
    journal = Journal(setup.journals, setup.origin, load=setup.facts(workers), columns=columns(slow_ms))
    recorder = LoadRecorder(journal, slow_ms)
    judged = cases(setup, clock.wall())
    search: Search
    if setup.capacity:
        search = CapacitySearch(judged, setup.shape, setup.users * setup.actions_per_minute / 60, slow_ms)
    else:
        search = stop = EarlyStop(judged, setup.profile.slice, slow_ms, recorder.scenarios)
        recorder.on_reading = stop.reading
    recorder.on_second, recorder.on_offline = search.see, search.offline
    by_hand = setup.origin.parent is None
    build = SameRelease(suite_of(setup.plan), setup.target) if by_hand else None
    return LoadRun(setup, clock, recorder, WorkerRegistry(workers), search, build)
