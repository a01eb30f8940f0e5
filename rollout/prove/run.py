"""Try every fault on a few stand-ins side by side."""

import queue
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from rollout.evidence import read_ledger
from rollout.plan import EvidenceSource, Plan
from rollout.prove.expectations import expectations_of
from rollout.prove.experiment import Experiment, Keep, Tell, durations
from rollout.prove.faults import EVERYTHING, KnownFault
from rollout.prove.proof import FaultRow, Proof
from rollout.prove.proof_worker import ProofWorker, proof_worker
from rollout.prove.trial import tried
from rollout.suite import suite_of
from rollout.target import TargetError

LONGEST_S = 120.0  # seconds for a test on the healthy stand-in
QUIET_S = 45.0  # seconds that the other workers wait at most for the load survey, which a busy machine disturbs


@dataclass
class Work:
    """The state that workers share: the faults still to try, with those that show only under load apart."""

    experiment: Experiment
    loaded: list[KnownFault] = field(default_factory=list)
    rest: "queue.SimpleQueue[KnownFault]" = field(default_factory=queue.SimpleQueue)
    surveyed: threading.Event = field(default_factory=threading.Event)
    quiet: threading.Event = field(default_factory=threading.Event)
    together: threading.Barrier = field(default_factory=lambda: threading.Barrier(1))
    writing: threading.Lock = field(default_factory=threading.Lock)
    errors: list[Exception] = field(default_factory=list)

    @property
    def remembered(self) -> tuple[str, ...]:
        """The criteria that stay red after their fault is off."""
        return expectations_of(suite_of(self.experiment.plan)).remembered

    def __post_init__(self) -> None:
        for fault in longest_first(self.experiment):
            if self.experiment.is_load(fault):
                self.loaded.append(fault)
            else:
                self.rest.put(fault)

    def workers(self, jobs: int) -> list[Callable[[], None]]:
        """The work of each worker; the load has one of its own, because two loads would disturb each other."""
        workers: list[Callable[[], None]] = [self.load] if self.loaded else []
        shares = shared(self.experiment, max(1, jobs - len(workers)))
        self.together = threading.Barrier(len(shares), action=self.surveyed.set)
        if not self.loaded:
            self.quiet.set()
        return [*workers, *(partial(self.tests, share) for share in shares)]

    def guarded(self, work: Callable[[], None]) -> None:
        """Run *work*; an error is kept for the end, and the other workers stop waiting for it."""
        try:
            work()
        except (TargetError, OSError, ValueError, RuntimeError) as error:
            self.errors.append(error)
            self.together.abort()
            self.surveyed.set()
            self.quiet.set()

    def tests(self, names: list[str]) -> None:
        """Judge *names* on the healthy stand-in, measure how long their tests take, then try faults."""
        with proof_worker(self.experiment.plan) as on:
            if names:
                self.survey(on, names, self.experiment.nodes_of(names))
            self.together.wait()
            self.quiet.wait(QUIET_S)
            self.until_spoiled(on)
        self.help()

    def load(self) -> None:
        """Judge the healthy stand-in under load, try the faults that show only under load, then help."""
        names = self.experiment.of(EvidenceSource.LOAD)
        with proof_worker(self.experiment.plan, baseline=True) as on:
            self.survey(on, names, [])
            self.quiet.set()
            self.surveyed.wait()
            for fault in self.loaded:
                self.add(tried(self.experiment, on, fault))
        self.help()

    def survey(self, on: ProofWorker, names: list[str], nodes: list[str]) -> None:
        """Judge *names* on the healthy stand-in by the tests *nodes*, and note how long those take."""
        with TemporaryDirectory() as folder:
            found = on.look(names, nodes, Path(folder), longest_s=LONGEST_S)
            self.experiment.took |= durations(read_ledger([Path(folder)]))
        self.experiment.note(names, found)

    def help(self) -> None:
        """Try faults until there is none left."""
        while not self.rest.empty():
            with proof_worker(self.experiment.plan) as on:
                self.until_spoiled(on)

    def until_spoiled(self, on: ProofWorker) -> None:
        """Try faults until there is none left, or until one has left the stand-in unfit for the next."""
        while fault := self.taken():
            row = tried(self.experiment, on, fault)
            self.add(row)
            if leaves_traces(fault, row, self.remembered) or not on.fit():
                return

    def alone(self, side_by_side: bool) -> None:
        """
        Survey and try once more what was not as expected, each fault on a fresh stand-in with nothing beside it.

        Faults tried before leave traces, and stand-ins side by side take the processor from each other. Both come from
        the proof itself, and say nothing about a criterion. A survey that was not *side_by_side* with another counts as it was.
        """
        names, faults = self.experiment.unmet() if side_by_side else [], self.experiment.unsure()
        if not names and not faults:
            return
        told = [f"{name} {self.experiment.healthy[name]}" for name in names] + [fault.name for fault in faults]
        self.experiment.say(f"not as expected, so once more alone: {', '.join(told)}")
        if names:
            with proof_worker(self.experiment.plan, baseline=True) as on:
                self.survey(on, names, self.experiment.nodes_of(names))
        for fault in faults:
            with proof_worker(self.experiment.plan, baseline=self.experiment.is_load(fault)) as on:
                self.add(tried(self.experiment, on, fault))

    def taken(self) -> KnownFault | None:
        """The next fault, None if there is none left."""
        try:
            return self.rest.get_nowait()
        except queue.Empty:
            return None

    def add(self, row: FaultRow) -> None:
        """Add the result of one fault."""
        with self.writing:
            self.experiment.add(row)


def longest_first(experiment: Experiment) -> list[KnownFault]:
    """The wanted faults, those that took longest before first, so that no worker runs a long one alone at the end."""
    took = {row.fault: row.seconds for row in experiment.before.rows} if experiment.before else {}
    return sorted(experiment.mine, key=lambda fault: -took.get(fault.name, 0.0))


def shared(experiment: Experiment, workers: int) -> list[list[str]]:
    """The criteria of tests, monitor and drills by worker: few tests run twice, and each worker has about as many."""
    shares: list[list[str]] = [[] for _ in range(workers)]

    def tests(names: list[str]) -> set[str]:
        return set(experiment.nodes_of(names))

    for name in sorted(
        experiment.of(EvidenceSource.TESTS, EvidenceSource.METRIC, EvidenceSource.DRILL),
        key=lambda name: (-len(tests([name])), name),
    ):
        min(shares, key=lambda share: (-len(tests(share) & tests([name])), len(tests(share)))).append(name)
    return shares


def leaves_traces(fault: KnownFault, row: FaultRow, remembered: Collection[str]) -> bool:
    """Whether the next fault needs a fresh stand-in: a process ended, everything depends on it, it is remembered or surprises."""
    stays = any(cell.criterion in remembered for cell in row.cells)
    return fault.kind == "process" or fault.reaches(EVERYTHING) or stays or not row.clean


def prove(
    plan: Plan, faults: list[KnownFault], wanted: set[str], jobs: int, tell: Tell, before: Proof | None, keep: Keep
) -> Proof:
    """
    The proof of the *wanted* criteria under their *faults*, on *jobs* stand-ins; other criteria are kept from *before*.

    One worker surveys the load and tries the faults that need load, one at a time; the others survey and try the rest.
    What was not as expected is tried once more, alone. *keep* gets the proof so far after each
    fault. ValueError where a stand-in failed.
    """
    work = Work(Experiment(plan, wanted, faults, tell, keep, before))
    threads = [threading.Thread(target=work.guarded, args=(each,)) for each in work.workers(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if work.errors:
        raise ValueError(f"a stand-in failed while faults were tried: {work.errors[0]}")
    work.alone(side_by_side=len(threads) > 1)
    return work.experiment.proof()
