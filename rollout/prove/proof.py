"""
The proof matrix: criterion × fault → expected and seen verdict, bound to the code that decides about the criterion.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rollout.checks import Check, scan
from rollout.drill.exercise import installed_for
from rollout.judge.verdict import Verdict
from rollout.plan import Criterion, EvidenceSource, Plan, Support
from rollout.project import current_project
from rollout.prove.binding import bears, binding
from rollout.prove.expectations import expectations_of
from rollout.suite import suite_of

CHECKABLE = (EvidenceSource.TESTS, EvidenceSource.LOAD, EvidenceSource.METRIC, EvidenceSource.DRILL)
Role = Literal["breaks", "depends", "unexpected"]


class Cell(BaseModel):
    """
    One criterion under one fault: *seen* is the verdict.

    *role* is `breaks` for what the fault is a defect of, `depends` for what cannot hold without it, else `unexpected`.
    *check* is the test that noticed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    criterion: str
    role: Role
    seen: str
    reason: str
    check: str = ""


class SeenCheck(BaseModel):
    """A single test that had to fail under a fault, and the *reason* of its failure; empty where it did not fail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    reason: str


class FaultRow(BaseModel):
    """The effects of one fault; without *cells* it turned nothing red. *checks* are the tests that had to fail."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fault: str
    sentence: str
    cells: tuple[Cell, ...]
    seconds: float
    checks: tuple[SeenCheck, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether every expected criterion and test turned red, and no unexpected one."""
        as_expected = all(cell.role != "unexpected" and cell.seen != "MET" for cell in self.cells)
        return bool(self.cells) and as_expected and all(seen.reason for seen in self.checks)

    def shows_less_than(self, before: "FaultRow | None") -> bool:
        """Whether a criterion that was seen broken *before* is only unproven here."""
        return before is not None and not before.seen_broken <= self.seen_broken

    @property
    def seen_broken(self) -> set[str]:
        """The criteria that the fault was seen to break."""
        return {cell.criterion for cell in self.cells if cell.role == "breaks" and Verdict[cell.seen] >= Verdict.BROKEN}


class Proof(BaseModel):
    """The matrix, and for each criterion the hash under which it was taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    healthy: dict[str, str]
    rows: tuple[FaultRow, ...]
    bound: dict[str, str]

    def reds(self, criterion: str) -> list[str]:
        """The faults that are expected to turn *criterion* red, and did."""
        return [
            row.fault
            for row in self.rows
            for cell in row.cells
            if cell.criterion == criterion and cell.role == "breaks" and cell.seen != "MET"
        ]

    def red_checks(self) -> set[str]:
        """The tests that were seen to fail under a fault that names them."""
        return {seen.check for row in self.rows for seen in row.checks if seen.reason}


def checkable(plan: Plan) -> list[Criterion]:
    """The criteria that an experiment of minutes can check, in the order of the plan, each id once."""
    seen: dict[str, Criterion] = {}
    late = beyond_an_experiment(plan)
    for criterion in plan.criteria:
        if criterion.source in CHECKABLE and criterion.id not in late:
            seen.setdefault(criterion.id, criterion)
    return list(seen.values())


def beyond_an_experiment(plan: Plan) -> dict[str, str]:
    """Criterion id → why no experiment can show it: in every phase it takes hours, or no drill for it is installed."""
    found: dict[str, str] = {}
    for name in dict.fromkeys(criterion.id for criterion in plan.criteria):
        stated = [criterion for criterion in plan.criteria if criterion.id == name]
        if all(item.source is EvidenceSource.METRIC and item.support is Support.REQUIRED for item in stated):
            found[name] = "it takes hours of monitoring until it is certain"
        if all(item.source is EvidenceSource.DRILL and installed_for(item) is None for item in stated):
            found[name] = "no drill is installed that shows it"
    return found


def bindings(plan: Plan, checks: Iterable[Check] | None = None) -> dict[str, str]:
    """Criterion id → hash of the criterion as the plan states it and of the code that decides about it."""
    found = [(check, bears(plan, check)) for check in (scan(plan) if checks is None else checks)]
    return {criterion.id: binding(plan, criterion.id, found) for criterion in checkable(plan)}


def load_proof(path: Path | None = None) -> Proof | None:
    """The stored proof of the project, None where there is none; ValueError if it cannot be read."""
    path = path or current_project().proof_file
    return Proof.model_validate_json(path.read_text(encoding="utf-8")) if path.exists() else None


def store_proof(proof: Proof, path: Path | None = None) -> None:
    """Write the proof, readable in a diff."""
    path = path or current_project().proof_file
    path.write_text(json.dumps(proof.model_dump(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def unproven(plan: Plan, proof: Proof | None) -> dict[str, str]:
    """Criterion id → why it was not seen to fail, with the command to prove it; empty if all were."""
    checks = [(check, bears(plan, check)) for check in scan(plan)]
    now = bindings(plan)
    named = expectations_of(suite_of(plan)).checks.keys() - (proof.red_checks() if proof else set())
    unseen = {
        full.partition(".")[2]: check.node for check, full_ids in checks if check.node in named for full in full_ids
    }
    reasons: dict[str, str] = {}
    for name, bound in now.items():
        if proof is None or name not in proof.bound:
            reasons[name] = "never proven able to fail"
        elif proof.bound[name] != bound:
            reasons[name] = "the criterion, its check, its judge or a fault has changed since it was proven"
        elif not proof.reds(name):
            reasons[name] = "no fault turns it red"
        elif name in unseen:
            reasons[name] = f"{unseen[name]} was not seen to fail under a fault that names it"
        elif proof.healthy.get(name) != "MET":
            reasons[name] = f"not met on the healthy stand-in: {proof.healthy.get(name)}"
    return {name: f"{reason}; run: rollout prove {name}" for name, reason in reasons.items()}
