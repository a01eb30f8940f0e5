"""Try every fault on a few stand-ins side by side, and put the matrix together."""

import queue
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

from rollout.checks import Check, full_ids, scan
from rollout.evidence import Ledger, read_ledger
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import Plan, Source
from rollout.prove.faults import Fault, sources
from rollout.prove.lane import Lane, lane
from rollout.prove.proof import Cell, Proof, Role, Row, bears, bindings, checkable
from rollout.target import TargetError

NEVER = 1e9
STAYS = {"no-critical-errors"}  # red until the errors are an hour old
QUICK_S = 2.5
Tell = Callable[[str], None]
Keep = Callable[[Proof], None]
Survey = Callable[[Lane], None]


@dataclass
class Experiment:
    """The plan, its checks, what the healthy stand-in shows, and the faults that still have to be tried."""

    plan: Plan
    wanted: set[str]
    faults: list[Fault]
    tell: Tell
    keep: Keep
    before: Proof | None = None
    checks: list[Check] = field(default_factory=scan)
    quick: list[str] = field(default_factory=list)
    healthy: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    loaded: list[Fault] = field(default_factory=list)
    rest: "queue.SimpleQueue[Fault]" = field(default_factory=queue.SimpleQueue)
    surveyed: threading.Event = field(default_factory=threading.Event)
    writing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def mine(self) -> list[Fault]:
        """The faults that break a wanted criterion."""
        return [fault for fault in self.faults if self.wanted & set(fault.breaks)]

    def take(self) -> None:
        """Sort the faults by what they need; those that alone break a criterion come first."""
        for fault in covering_first(self.mine):
            if self.is_load(fault):
                self.loaded.append(fault)
            else:
                self.rest.put(fault)

    def add(self, row: Row) -> None:
        """One more fault was tried."""
        with self.writing:
            self.rows[row.fault] = row
            self.keep(self.proof())

    def proof(self) -> Proof:
        """What is known so far; a criterion is bound to its checks by the faults tried in this run."""
        kept = {row.fault: row for row in self.before.rows} if self.before else {}
        everything = {**kept, **self.rows}
        by_name = {fault.name: fault for fault in self.faults}
        now = bindings(self.plan, self.checks)
        shown = {cell.criterion for row in self.rows.values() for cell in row.cells if cell.role == "breaks"}
        done = {name: now[name] for name in sorted(self.wanted & shown)}
        return Proof(
            healthy={**(self.before.healthy if self.before else {}), **self.healthy},
            rows=tuple(expected_of(everything[name], fault) for name, fault in by_name.items() if name in everything),
            bound={**(self.before.bound if self.before else {}), **done},
        )

    def noticed_by(self, fault: Fault) -> list[str]:
        """The tests that noticed the fault when it was last tried: they go first."""
        rows = [row for row in self.before.rows if row.fault == fault.name] if self.before else []
        return [cell.check for row in rows for cell in row.cells if cell.role == "breaks" and cell.check]

    def nodes_of(self, names: Iterable[str]) -> list[str]:
        """The tests that bear one of the criteria."""
        ids = {full for name in names for full in full_ids(self.plan, name)}
        return [check.node for check in self.checks if ids & bears(self.plan, check)]

    def is_load(self, fault: Fault) -> bool:
        return Source.LOAD in sources(self.plan, fault)

    def of(self, *kinds: Source) -> list[str]:
        """The wanted criteria of these sources."""
        return [
            criterion.id
            for criterion in checkable(self.plan)
            if criterion.source in kinds and criterion.id in self.wanted
        ]

    def survey_tests(self, on: Lane) -> None:
        """See what the healthy stand-in meets, and which tests are quick enough to run under every fault."""
        with TemporaryDirectory() as name:
            names = self.of(Source.TESTS, Source.METRIC)
            found = on.look(names, self.nodes_of(names), Path(name))
            self.quick = quickest(read_ledger([Path(name)]))
        self.note(names, found)
        self.surveyed.set()

    def survey_load(self, on: Lane) -> None:
        """See what the healthy stand-in meets under load, then try the faults that show under load only."""
        names = self.of(Source.LOAD)
        with TemporaryDirectory() as name:
            self.note(names, on.look(names, [], Path(name)))
        self.surveyed.wait()
        for fault in self.loaded:
            self.add(tried(self, on, fault))

    def note(self, names: list[str], found: dict[str, Finding]) -> None:
        """Keep the healthy verdicts on *names*, and tell those that are not met."""
        for name in names:
            findings = [finding for full, finding in found.items() if name_of(full) == name]
            best = min(findings, key=lambda finding: finding.verdict, default=None)
            if best is None:
                self.tell(f"healthy: {name}: not applicable on this machine")
                continue
            self.healthy[name] = best.verdict.name
            if best.verdict is not Verdict.MET:
                self.tell(f"healthy: {name}: {best.verdict.name}: {best.reason}")
        self.tell(f"healthy stand-in surveyed: {len(names)} criteria")


def prove(
    plan: Plan, faults: list[Fault], wanted: set[str], jobs: int, tell: Tell, before: Proof | None, keep: Keep
) -> Proof:
    """
    The proof of the *wanted* criteria under their *faults*, on *jobs* stand-ins; what is not wanted is kept from *before*.

    One lane surveys the load and tries the faults that need load, one at a time; the others survey and try the rest.
    What is known so far goes to *keep* after each fault.
    """
    experiment = Experiment(plan, wanted, faults, tell, keep, before)
    experiment.take()
    work: list[Survey] = [experiment.survey_tests]
    if experiment.loaded:
        work.append(experiment.survey_load)
    side_by_side(experiment, work, max(jobs, len(work)))
    return experiment.proof()


def expected_of(row: Row, fault: Fault) -> Row:
    """The same observation under what is expected of the fault now."""

    def role(cell: Cell) -> Role:
        return (
            "breaks" if cell.criterion in fault.breaks else "depends" if fault.reaches(cell.criterion) else "unexpected"
        )

    return row.model_copy(update={"cells": tuple(cell.model_copy(update={"role": role(cell)}) for cell in row.cells)})


def covering_first(faults: list[Fault]) -> list[Fault]:
    """The same faults, those first that break something no fault before them breaks."""
    seen: set[str] = set()
    first = []
    for fault in sorted(faults, key=lambda fault: -len(fault.breaks)):
        if not seen >= set(fault.breaks):
            first.append(fault)
            seen |= set(fault.breaks)
    return [*first, *(fault for fault in faults if fault not in first)]


def quickest(ledger: Ledger) -> list[str]:
    """The quickest tests that passed, together no longer than a few seconds."""
    took: dict[str, float] = {}
    for outcome in {record["node"]: record for run_ in ledger.runs for record in run_.of("test-outcome")}.values():
        function = outcome["node"].partition("[")[0]
        took[function] = took.get(function, 0.0) + (
            float(outcome["duration_s"]) if outcome["outcome"] == "passed" else NEVER
        )
    total = accumulate(sorted(took.values()))
    return [
        function
        for function, so_far in zip(sorted(took, key=took.__getitem__), total, strict=True)
        if so_far <= QUICK_S
    ]


def name_of(full_id: str) -> str:
    """The criterion without its phase."""
    return full_id.partition(".")[2]


def side_by_side(experiment: Experiment, first: list[Survey], jobs: int) -> None:
    """Run *jobs* lanes: each does its own survey if there is one, then takes the next fault when it is done with one."""
    errors: list[BaseException] = []

    def work(survey: Survey | None) -> None:
        try:
            while survey or not experiment.rest.empty():
                with lane(experiment.plan, baseline=survey == experiment.survey_load) as on:
                    if survey:
                        survey(on)
                    survey = None
                    until_spoiled(experiment, on)
        except (TargetError, OSError, ValueError, RuntimeError) as error:
            errors.append(error)
            experiment.surveyed.set()

    surveys = [*first, *[None] * (jobs - len(first))]
    threads = [threading.Thread(target=work, args=(survey,)) for survey in surveys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise ValueError(f"a stand-in failed while faults were tried: {errors[0]}")


def until_spoiled(experiment: Experiment, on: Lane) -> None:
    """Take faults until there is none left, or until one has left the stand-in unfit for the next."""
    experiment.surveyed.wait()
    while True:
        try:
            fault = experiment.rest.get_nowait()
        except queue.Empty:
            return
        row = tried(experiment, on, fault)
        experiment.add(row)
        if any(cell.role != "breaks" or cell.criterion in STAYS for cell in row.cells) or not on.fit():
            return  # what spread, or what a log remembers, may stay: the next fault gets a fresh stand-in


def tried(experiment: Experiment, on: Lane, fault: Fault) -> Row:
    """Switch one fault on, look, and switch it off again."""
    began = time.monotonic()
    nodes = list(dict.fromkeys([*experiment.noticed_by(fault), *experiment.nodes_of(fault.breaks), *experiment.quick]))
    on.switch(fault, on=True)
    try:
        with TemporaryDirectory() as name:
            found = on.look(fault.breaks, nodes, Path(name), cut_short=fault.kind == "monitor")
    finally:
        on.switch(fault, on=False)
    cells = tuple(seen(experiment, fault, found))
    row = Row(fault=fault.name, sentence=fault.sentence, cells=cells, seconds=round(time.monotonic() - began, 1))
    told = ", ".join(f"{cell.criterion} {cell.seen}{' unexpected' * (cell.role == 'unexpected')}" for cell in cells)
    experiment.tell(f"{'ok ' if row.clean else 'BAD'} {fault.name} ({row.seconds:.0f} s): {told}")
    return row


def seen(experiment: Experiment, fault: Fault, found: dict[str, Finding]) -> Iterable[Cell]:
    """The verdicts on what the fault should break, and everything else that turned red."""
    worst: dict[str, Finding] = {}
    for full, finding in sorted(found.items(), key=lambda pair: pair[1].verdict):
        worst[name_of(full)] = finding
    for name in fault.breaks:
        yield cell(experiment, name, "breaks", worst[name]) if name in worst else absent(name)
    for criterion in checkable(experiment.plan):
        red = criterion.id in worst and worst[criterion.id].verdict >= Verdict.BROKEN
        if red and criterion.id not in fault.breaks:
            role: Role = "depends" if fault.reaches(criterion.id) else "unexpected"
            yield cell(experiment, criterion.id, role, worst[criterion.id])


def absent(name: str) -> Cell:
    """The cell of a criterion that does not apply to this stand-in: an optional part is missing on this machine."""
    return Cell(
        criterion=name, role="breaks", seen="MET", reason="not applicable on this machine: its red was not seen"
    )


def cell(experiment: Experiment, name: str, role: Role, finding: Finding) -> Cell:
    """One cell of the matrix, with the test that noticed."""
    function = finding.reason.partition(":")[0].partition("[")[0]
    check = next((node for node in experiment.nodes_of([name]) if node.endswith(f"::{function}")), "")
    return Cell(criterion=name, role=role, seen=finding.verdict.name, reason=stable(finding.reason), check=check)


def stable(reason: str) -> str:
    """A reason without what differs from boot to boot."""
    return re.sub(r"\b(127\.0\.0\.1|localhost):\d+", r"\1:PORT", reason)[:160]
