"""Try one fault on one stand-in: switch it on, take evidence, switch it off, and report what turned red."""

import re
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from rollout.evidence import read_ledger
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import EvidenceSource
from rollout.prove.experiment import Experiment, failed, name_of
from rollout.prove.faults import EVERYTHING, KnownFault
from rollout.prove.proof import Cell, FaultRow, Role, SeenCheck, checkable
from rollout.prove.proof_worker import ProofWorker

A_FEW = 10  # a few tests show that everything breaks


def tried(experiment: Experiment, on: ProofWorker, fault: KnownFault) -> FaultRow:
    """Switch one fault on, take evidence, and switch it off again."""
    began = time.monotonic()
    nodes = [*experiment.noticed_by(fault), *experiment.nodes_of(fault.breaks), *fault.reddens]
    others = experiment.quick[:A_FEW] if fault.reaches(EVERYTHING) else experiment.quick
    on.switch(fault, on=True)
    try:
        with TemporaryDirectory() as name:
            cut_short = fault.kind == "monitor"
            found = on.look(fault.breaks, nodes, Path(name), others, by_name=fault.reddens, cut_short=cut_short)
            reasons = failed(read_ledger([Path(name)])) if fault.reddens else {}
    finally:
        on.switch(fault, on=False)
    return FaultRow(
        fault=fault.name,
        sentence=fault.sentence,
        cells=tuple(seen(experiment, fault, found)),
        seconds=round(time.monotonic() - began, 1),
        checks=tuple(SeenCheck(check=check, reason=stable(reasons.get(check, ""))) for check in fault.reddens),
    )


def seen(experiment: Experiment, fault: KnownFault, found: dict[str, Finding]) -> Iterable[Cell]:
    """The verdicts on what the fault should break, and everything else that turned red."""
    worst: dict[str, Finding] = {}
    for full, finding in sorted(found.items(), key=lambda pair: pair[1].verdict):
        if finding.evidence and not could_not_tell(finding):  # without evidence nothing was seen
            worst[name_of(full)] = finding
    for name in fault.breaks:
        yield cell(experiment, name, "breaks", worst[name]) if name in worst else absent(name)
    for criterion in checkable(experiment.plan):
        red = criterion.id in worst and worst[criterion.id].verdict >= Verdict.BROKEN
        if red and criterion.id not in fault.breaks:
            role: Role = "depends" if fault.reaches(criterion.id) else "unexpected"
            yield cell(experiment, criterion.id, role, worst[criterion.id])


def could_not_tell(finding: Finding) -> bool:
    """Whether a drill came to no result: a fault that keeps it from its subject was not seen to break anything."""
    return finding.source == EvidenceSource.DRILL and finding.verdict is Verdict.UNPROVEN


def absent(name: str) -> Cell:
    """The cell of a criterion without evidence: an optional part is missing on this machine."""
    return Cell(criterion=name, role="breaks", seen="MET", reason="no evidence on this machine: its red was not seen")


def cell(experiment: Experiment, name: str, role: Role, finding: Finding) -> Cell:
    """One cell of the matrix, with the test that noticed."""
    function = finding.reason.partition(":")[0].partition("[")[0]
    check = next((node for node in experiment.nodes_of([name]) if node.endswith(f"::{function}")), "")
    return Cell(criterion=name, role=role, seen=finding.verdict.name, reason=stable(finding.reason), check=check)


def stable(reason: str) -> str:
    """A reason without the ports, which differ from start to start, cut to 160 characters."""
    return re.sub(r"\b(127\.0\.0\.1|localhost):\d+", r"\1:PORT", reason)[:160]
