"""The journals of a release, and stored decisions made again from theirs."""

from pathlib import Path

from rollout.evidence import Ledger, Run, read_ledger
from rollout.evidence.build_name import UNKNOWN
from rollout.evidence.ledger import read_heads
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.store import load_decision
from rollout.plan import Plan
from rollout.plan.parse import plan_hash
from rollout.project import current_project


def stored_decision(target: str, phase: str) -> Decision | None:
    """The decision that stands in the phase's folder; ValueError if it cannot be read."""
    path = current_project().phase_folder(target, phase) / "decision.json"
    return load_decision(path) if path.exists() else None


def release_at_hand(target: str, phase: str, paths: list[Path] | None = None) -> str:
    """The release of the newest run about *phase* on *target* (or at *paths*); `unknown` where there is none."""
    folder = current_project().journals_of(target, phase)
    heads = read_heads(paths or ([folder] if folder.exists() else []))
    newest = max((run.started for run in heads if run.started.phase == phase), key=lambda it: it.t, default=None)
    return newest.release if newest else UNKNOWN


def release_ledger(release: str, paths: list[Path] | None = None) -> Ledger:
    """
    Everything about *release* in the project (or at *paths*); of other releases only the beginnings are read.
    """
    if paths:
        return read_ledger(paths, release=release)
    return read_ledger(current_project().all_journals(), release=release)


def replayed(plan: Plan, stored: Decision, ledger: Ledger) -> tuple[Decision, list[str]]:
    """The decision made again from the journals that *stored* names, and one line for each difference."""
    runs = tuple(run for run in ledger.runs if run.path.stem in stored.journals or elsewhere(run, stored.release))
    registers = tuple(each.only(stored.journals) for each in ledger.registers)
    again = decide(
        plan,
        stored.phase,
        Ledger(runs, stored.journals, registers),
        stored.decided_at,
        release=stored.release,
        window_s=stored.window_s,
        prerequisites=stored.prerequisites,
        target=stored.alone,
    )
    return again, differences(plan, stored, again)


def elsewhere(run: Run, release: str) -> bool:
    """Whether a journal is of another release: it decides nothing, but is known to be there."""
    return run.trusted and run.release != release


def differences(plan: Plan, stored: Decision, again: Decision) -> list[str]:
    """Where two decisions differ, in words."""
    lines = []
    if stored.plan != plan_hash(plan):
        lines.append(f"the plan has changed since: {stored.plan} then, {plan_hash(plan)} now")
    if stored.line != again.line:
        lines.append(f"decision: stored {stored.line}, replayed {again.line}")
    before = {finding.id: finding for finding in stored.findings}
    for finding in again.findings:
        was = before.pop(finding.id, None)
        if was is None:
            lines.append(f"{finding.id}: not in the stored decision, replayed {finding.verdict.name}")
        elif was != finding:
            lines.append(
                f"{finding.id}: stored {was.verdict.name} ({was.value}), replayed {finding.verdict.name} ({finding.value})"
            )
    return [*lines, *(f"{name}: in the stored decision only" for name in before)]
