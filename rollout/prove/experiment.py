"""The state of a proof under way: the plan, the faults, and what was seen so far."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from rollout.checks import Check, full_ids, scan
from rollout.evidence import Ledger
from rollout.evidence.records import TestOutcome
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import EvidenceSource, Plan
from rollout.prove.binding import bears
from rollout.prove.faults import KnownFault, sources
from rollout.prove.proof import Cell, FaultRow, Proof, Role, SeenCheck, bindings, checkable

NEVER = 1e9
QUICK_S = 1.0
Tell = Callable[[str], None]
Keep = Callable[[Proof], None]


@dataclass
class Experiment:
    """The plan, its checks, the verdicts on the healthy stand-in, and the faults to try."""

    plan: Plan
    wanted: set[str]
    faults: list[KnownFault]
    tell: Tell
    keep: Keep
    before: Proof | None = None
    took: dict[str, float] = field(default_factory=dict)
    healthy: dict[str, str] = field(default_factory=dict)
    rows: dict[str, FaultRow] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @cached_property
    def checks(self) -> list[Check]:
        """The tests of the suite."""
        return scan(self.plan)

    @cached_property
    def bound(self) -> dict[str, str]:
        """Criterion id → the hash that a proof made now is bound to."""
        return bindings(self.plan, self.checks)

    @property
    def quick(self) -> list[str]:
        """The quickest tests that passed on the healthy stand-in, together no longer than a second."""
        ranked = sorted(self.took, key=self.took.__getitem__)
        total = accumulate(self.took[function] for function in ranked)
        return [function for function, so_far in zip(ranked, total, strict=True) if so_far <= QUICK_S]

    @property
    def mine(self) -> list[KnownFault]:
        """The faults that break a wanted criterion, or turn one of its tests red."""
        tests = set(self.nodes_of(self.wanted))
        return [fault for fault in self.faults if self.wanted & set(fault.breaks) or tests & set(fault.reddens)]

    def unmet(self) -> list[str]:
        """The wanted criteria that are not met on the healthy stand-in."""
        return [name for name, verdict in self.healthy.items() if verdict != Verdict.MET.name]

    def unsure(self) -> list[KnownFault]:
        """The tried faults whose row is not clean, or shows less than the row before."""
        before = {row.fault: row for row in self.before.rows} if self.before else {}
        rows = [(fault, self.rows[fault.name]) for fault in self.mine if fault.name in self.rows]
        return [fault for fault, row in rows if not row.clean or row.shows_less_than(before.get(fault.name))]

    def add(self, row: FaultRow) -> None:
        """Add the result of one fault, and store the proof so far."""
        self.rows[row.fault] = row
        self.keep(self.proof())
        told = ", ".join(
            f"{cell.criterion} {cell.seen}{' unexpected' * (cell.role == 'unexpected')}" for cell in row.cells
        )
        self.say(f"{'ok ' if row.clean else 'BAD'} {row.fault} ({row.seconds:.0f} s): {told}")

    def say(self, line: str) -> None:
        """Report one line of progress, with the seconds since the beginning."""
        self.tell(f"{time.monotonic() - self.began:4.0f} s  {line}")

    def proof(self) -> Proof:
        """The proof so far; a criterion is bound to its checks by the faults tried in this run."""
        kept = {row.fault: row for row in self.before.rows} if self.before else {}
        everything = {**kept, **self.rows}
        by_name = {fault.name: fault for fault in self.faults}
        shown = {cell.criterion for row in self.rows.values() for cell in row.cells if cell.role == "breaks"}
        done = {name: self.bound[name] for name in sorted(self.wanted & shown)}
        return Proof(
            healthy=self._of_today({**(self.before.healthy if self.before else {}), **self.healthy}),
            rows=tuple(expected_of(everything[name], fault) for name, fault in by_name.items() if name in everything),
            bound=self._of_today({**(self.before.bound if self.before else {}), **done}),
        )

    def _of_today(self, facts: dict[str, str]) -> dict[str, str]:
        """The *facts* about criteria that the plan still has; the others are dropped."""
        there = {criterion.id for criterion in checkable(self.plan)}
        return {name: fact for name, fact in facts.items() if name in there}

    def noticed_by(self, fault: KnownFault) -> list[str]:
        """The existing tests that noticed the fault when it was last tried: they run first."""
        rows = [row for row in self.before.rows if row.fault == fault.name] if self.before else []
        noticed = [cell.check for row in rows for cell in row.cells if cell.role == "breaks"]
        there = {check.node for check in self.checks}
        return [node for node in noticed if node in there]

    def nodes_of(self, names: Iterable[str]) -> list[str]:
        """The tests marked with one of the criteria."""
        ids = {full for name in names for full in full_ids(self.plan, name)}
        return [check.node for check in self.checks if ids & bears(self.plan, check)]

    def is_load(self, fault: KnownFault) -> bool:
        return EvidenceSource.LOAD in sources(self.plan, fault)

    def of(self, *kinds: EvidenceSource) -> list[str]:
        """The wanted criteria of these sources."""
        return [
            criterion.id
            for criterion in checkable(self.plan)
            if criterion.source in kinds and criterion.id in self.wanted
        ]

    def note(self, names: list[str], found: dict[str, Finding]) -> None:
        """Keep the healthy verdicts on *names*, and report those that are not met, with the reason of a phase that has evidence."""
        for name in names:
            findings = [finding for full, finding in found.items() if name_of(full) == name]
            if not findings:
                self.say(f"healthy: {name}: not applicable on this machine")
                continue
            red = [finding for finding in findings if finding.verdict >= Verdict.BROKEN]
            shown = red[0] if red else min(findings, key=lambda finding: (finding.verdict, not finding.evidence))
            self.healthy[name] = shown.verdict.name
            if shown.verdict is not Verdict.MET:
                self.say(f"healthy: {name}: {shown.verdict.name}: {shown.reason}")
        self.say(f"healthy stand-in surveyed: {len(names)} criteria")


def name_of(full_id: str) -> str:
    """The criterion without its phase."""
    return full_id.partition(".")[2]


def expected_of(row: FaultRow, fault: KnownFault) -> FaultRow:
    """The same row with the roles by the current expectations of the fault."""

    def role(cell: Cell) -> Role:
        return (
            "breaks" if cell.criterion in fault.breaks else "depends" if fault.reaches(cell.criterion) else "unexpected"
        )

    cells = tuple(cell.model_copy(update={"role": role(cell)}) for cell in row.cells)
    reasons = {seen.check: seen.reason for seen in row.checks}
    checks = tuple(SeenCheck(check=check, reason=reasons.get(check, "")) for check in fault.reddens)
    return row.model_copy(update={"cells": cells, "checks": checks})


def failed(ledger: Ledger) -> dict[str, str]:
    """Test function → why one of its cases failed."""
    outcomes = (record for run_ in ledger.runs for record in run_.of(TestOutcome) if record.outcome == "failed")
    return {outcome.node.partition("[")[0]: outcome.message or "failed" for outcome in outcomes}


def durations(ledger: Ledger) -> dict[str, float]:
    """Test function → seconds that its cases took together; `NEVER` for one that did not pass."""
    took: dict[str, float] = {}
    for outcome in {record.node: record for run_ in ledger.runs for record in run_.of(TestOutcome)}.values():
        function = outcome.node.partition("[")[0]
        took[function] = took.get(function, 0.0) + (outcome.duration_s if outcome.outcome == "passed" else NEVER)
    return took
