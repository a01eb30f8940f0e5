"""Try every fault on a few stand-ins side by side, and put the matrix together."""

import queue
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from rollout.checks import Check, full_ids, scan
from rollout.evidence import read_ledger
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import Plan, Source
from rollout.prove.faults import Fault, sources
from rollout.prove.lane import QUIET, Lane, lane, run
from rollout.prove.proof import Cell, Proof, Row, bindings, checkable
from rollout.target import TargetError

QUICK_S = 4.0
Tell = Callable[[str], None]


@dataclass
class Experiment:
    """The plan, its checks, and what the healthy stand-in shows."""

    plan: Plan
    wanted: set[str]
    checks: list[Check] = field(default_factory=scan)
    quick: list[str] = field(default_factory=list)
    healthy: dict[str, str] = field(default_factory=dict)

    def nodes_of(self, names: Iterable[str]) -> list[str]:
        """The tests that bear one of the criteria."""
        ids = {full for name in names for full in full_ids(self.plan, name)}
        return [
            check.node for check in self.checks if ids & {f for mark in check.marks for f in full_ids(self.plan, mark)}
        ]

    def is_load(self, fault: Fault) -> bool:
        return Source.LOAD in sources(self.plan, fault)


def prove(plan: Plan, faults: list[Fault], wanted: set[str], jobs: int, tell: Tell, before: Proof | None) -> Proof:
    """
    The proof of the *wanted* criteria under their *faults*, on *jobs* stand-ins; what is not wanted is kept from *before*.

    Faults that need load run one at a time, on a quiet machine; the others side by side.
    """
    experiment = Experiment(plan, wanted)
    mine = [fault for fault in faults if wanted & set(fault.breaks)]
    rows: dict[str, Row] = {}
    with lane(plan) as first:
        survey(experiment, first, tell)
        for fault in filter(experiment.is_load, mine):
            rows[fault.name] = tried(experiment, first, fault, tell)
    rows |= side_by_side(experiment, [fault for fault in mine if not experiment.is_load(fault)], jobs, tell)
    kept = {row.fault: row for row in before.rows} if before else {}
    order = [fault.name for fault in faults]
    everything = {**kept, **rows}
    now = bindings(plan)
    return Proof(
        healthy={**(before.healthy if before else {}), **experiment.healthy},
        rows=tuple(everything[name] for name in order if name in everything),
        bound={**(before.bound if before else {}), **{name: now[name] for name in wanted}},
    )


def survey(experiment: Experiment, on: Lane, tell: Tell) -> None:
    """See what the healthy stand-in meets, and which tests are quick enough to run under every fault."""
    began = time.monotonic()
    needed = {criterion.source for criterion in checkable(experiment.plan) if criterion.id in experiment.wanted}
    nodes = [check.node for check in experiment.checks]
    experiment.quick = quickest(on, nodes)
    found = on.look(needed, experiment.nodes_of(experiment.wanted))
    for name in experiment.wanted:
        findings = [finding for full, finding in found.items() if full.partition(".")[2] == name]
        best = min(findings, key=lambda finding: finding.verdict)
        experiment.healthy[name] = best.verdict.name
        if best.verdict is not Verdict.MET:
            tell(f"healthy: {name}: {best.verdict.name}: {best.reason}")
    tell(f"healthy stand-in surveyed in {time.monotonic() - began:.0f} s, {len(experiment.quick)} quick tests")


def quickest(on: Lane, nodes: list[str]) -> list[str]:
    """The quickest tests of the suites, together no longer than a few seconds; their durations come from one run of all."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        run([*on.pytest(), *nodes, *QUIET, "--journals", str(folder), "--parent", "proof"], on.environment, 400)
        took: dict[str, float] = {}
        for outcome in (record for run_ in read_ledger([folder]).runs for record in run_.of("test-outcome")):
            took[outcome["node"]] = float(outcome["duration_s"]) if outcome["outcome"] == "passed" else 1e9
    functions: dict[str, float] = {}
    for node, seconds in took.items():
        function = node.partition("[")[0]
        functions[function] = functions.get(function, 0.0) + seconds
    chosen, total = [], 0.0
    for function, seconds in sorted(functions.items(), key=lambda pair: pair[1]):
        total += seconds
        if total > QUICK_S:
            break
        chosen.append(function)
    return chosen


def side_by_side(experiment: Experiment, faults: list[Fault], jobs: int, tell: Tell) -> dict[str, Row]:
    """Try *faults* on *jobs* stand-ins; each takes the next one when it is done."""
    waiting: queue.SimpleQueue[Fault] = queue.SimpleQueue()
    for fault in faults:
        waiting.put(fault)
    rows: dict[str, Row] = {}
    errors: list[BaseException] = []

    def work() -> None:
        try:
            while not waiting.empty():
                with lane(experiment.plan) as on:
                    until_spoiled(experiment, on, waiting, rows, tell)
        except (TargetError, OSError, ValueError, RuntimeError) as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(min(jobs, len(faults)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise ValueError(f"a stand-in failed while faults were tried: {errors[0]}")
    return rows


def until_spoiled(
    experiment: Experiment, on: Lane, waiting: "queue.SimpleQueue[Fault]", rows: dict[str, Row], tell: Tell
) -> None:
    """Take faults until there is none left, or until one has left the stand-in unfit for the next."""
    while True:
        try:
            fault = waiting.get_nowait()
        except queue.Empty:
            return
        rows[fault.name] = tried(experiment, on, fault, tell)
        if fault.kind == "process":
            return


def tried(experiment: Experiment, on: Lane, fault: Fault, tell: Tell) -> Row:
    """Switch one fault on, look, and switch it off again."""
    began = time.monotonic()
    needed = sources(experiment.plan, fault)
    nodes = list(
        dict.fromkeys([*experiment.nodes_of(fault.breaks), *experiment.nodes_of(fault.depends), *experiment.quick])
    )
    on.switch(fault, on=True)
    try:
        found = on.look(needed | {Source.TESTS}, nodes, cut_short=fault.kind == "monitor")
    finally:
        on.switch(fault, on=False)
    cells = tuple(seen(experiment, fault, found))
    row = Row(fault=fault.name, sentence=fault.sentence, cells=cells, seconds=round(time.monotonic() - began, 1))
    tell(
        f"{'ok ' if row.clean else 'BAD'} {fault.name} ({row.seconds:.0f} s): "
        + ", ".join(f"{c.criterion} {c.seen}{'' if c.role != 'unexpected' else ' (unexpected)'}" for c in cells)
    )
    return row


def seen(experiment: Experiment, fault: Fault, found: dict[str, Finding]) -> Iterable[Cell]:
    """The verdicts on what the fault should break, and everything else that turned red."""
    worst: dict[str, Finding] = {}
    for full, finding in found.items():
        name = full.partition(".")[2]
        if name not in worst or finding.verdict > worst[name].verdict:
            worst[name] = finding
    for name in fault.breaks:
        yield Cell(criterion=name, role="breaks", seen=worst[name].verdict.name, reason=worst[name].reason[:160])
    for name, finding in worst.items():
        if (
            name not in fault.breaks
            and finding.verdict >= Verdict.BROKEN
            and name in {c.id for c in checkable(experiment.plan)}
        ):
            role = "depends" if name in fault.depends else "unexpected"
            yield Cell(criterion=name, role=role, seen=finding.verdict.name, reason=finding.reason[:160])
