"""Read the journals of a release, and make stored decisions again from their journals."""

from pathlib import Path

from rollout.evidence import Ledger, Run, read_ledger
from rollout.evidence.build_name import UNKNOWN
from rollout.evidence.ledger import read_heads
from rollout.judge.decide import decide
from rollout.judge.decision import Decision, Prerequisite
from rollout.judge.store import load_decision
from rollout.plan import Plan
from rollout.plan.parse import plan_hash
from rollout.project import current_project
from rollout.values import STANDIN


def stored_decision(target: str, phase: str) -> Decision | None:
    """The decision in the phase's folder; ValueError if it cannot be read, or is about another phase or target."""
    path = current_project().phase_folder(target, phase) / "decision.json"
    if not path.exists():
        return None
    stored = load_decision(path)
    if stored.phase != phase:
        raise ValueError(
            f"{path}: is about {stored.phase}, not about {phase}: it was copied here; rollout decide {phase}"
        )
    if stored.environment == STANDIN and target != STANDIN:
        raise ValueError(
            f"{path}: is about the stand-in, not about {target}: it was copied here; rollout decide {phase}"
        )
    return stored


def release_at_hand(target: str, phase: str, paths: list[Path] | None = None) -> str:
    """The release of the newest run about *phase* on *target* (or at *paths*); `unknown` where there is none."""
    folder = current_project().journals_of(target, phase)
    heads = read_heads(paths or ([folder] if folder.exists() else []))
    newest = max((run.started for run in heads if run.started.phase == phase), key=lambda it: it.t, default=None)
    return newest.release if newest else UNKNOWN


def release_ledger(release: str, paths: list[Path] | None = None) -> Ledger:
    """All journals of *release* in the project (or at *paths*); of other releases only the first records are read."""
    if paths:
        return read_ledger(paths, release=release)
    return read_ledger(current_project().all_journals(), release=release)


def replayed(
    plan: Plan,
    stored: Decision,
    ledger: Ledger,
    *,
    target: str | None = None,
    prerequisites: tuple[Prerequisite, ...] | None = None,
) -> tuple[Decision, list[str]]:
    """
    The decision made again from every run that had started when *stored* was made, and one line for each difference.

    The journals and prerequisites in *stored* are compared, not trusted. *target* is used if *stored* names none;
    *prerequisites* replace missing journals of the phase before.
    """
    runs = tuple(run for run in ledger.runs if counted(run, stored) or elsewhere(run, stored.release))
    stems = {*stored.journals, *(run.path.stem for run in runs)}
    registers = tuple(each.only(stems, stored.decided_at) for each in ledger.registers)
    again = decide(
        plan,
        stored.phase,
        Ledger(runs, stored.journals, registers),
        stored.decided_at,
        release=stored.release,
        window_s=stored.window_s,
        prerequisites=prerequisites,
        target=stored.alone or target,
    )
    return again, differences(plan, stored, again)


def counted(run: Run, stored: Decision) -> bool:
    """Whether a decision lists a run's journal, or should: the run is trusted and had started by then."""
    return run.path.stem in stored.journals or (run.trusted and run.started.t <= stored.decided_at)


def elsewhere(run: Run, release: str) -> bool:
    """Whether a run is trusted and of another release: it decides nothing, but the ledger lists it."""
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
