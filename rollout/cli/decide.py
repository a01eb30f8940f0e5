"""`rollout decide PHASE`: judge the ledger as it stands, or replay a stored decision."""

import time
from pathlib import Path
from typing import Annotated

import typer

from rollout.clean_text import clean
from rollout.cli.options import (
    JudgedRelease,
    PhaseName,
    PlanFile,
    TargetName,
    Verbose,
    Window,
    decided,
    place,
    rules_of,
)
from rollout.cli.output import console
from rollout.evidence import Ledger
from rollout.judge.decide import decide as judge
from rollout.judge.decision import Decision
from rollout.judge.verdict import EXIT_CONFIGURATION
from rollout.plan import Plan
from rollout.plan.parse import stored_plan
from rollout.project import current_project
from rollout.render import begin, show, write_reports
from rollout.replay import release_at_hand, release_ledger, replayed, stored_decision

Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[PATH]...", parser=place, help="journals or folders; default: those of the phase"),
]
Replay = Annotated[bool, typer.Option("--replay", help="recompute the stored decision and compare")]


def decide(
    phase: PhaseName,
    paths: Paths = None,
    replay: Replay = False,
    verbose: Verbose = False,
    target: TargetName = None,
    window: Window = None,
    release: JudgedRelease = None,
    plan: PlanFile = None,
) -> int:
    """
    Judge the evidence of a phase without measuring anything.

    A ledger whose newest gate was a rehearsal is judged with the rehearsal's window, and the line says so.
    """
    rules = stored_plan(plan or current_project().plan_file) if replay else rules_of(plan)
    rules.phase(phase)
    name = decided(target)
    if replay:
        return compare(rules, name, phase, paths)
    if not paths:
        begin()
    seen = release or release_at_hand(name, phase, paths)
    now = time.time()  # before the ledger is read: a replay then counts no run that this decision did not read
    ledger = release_ledger(seen, paths)
    window_s = window or rehearsed(ledger, phase, seen)
    decision = judge(rules, phase, ledger, now, release=seen, window_s=window_s, target=name)
    if not paths:
        write_reports(decision, ledger, current_project().phase_folder(name, phase))
    show(decision, console(), verbose)
    return decision.exit_code


def rehearsed(ledger: Ledger, phase: str, release: str) -> float | None:
    """The window of the newest gate of the phase and release, if that one was a rehearsal."""
    mine = [run for run in ledger.runs if run.release == release and run.started.phase == phase]
    gates = [run for run in mine if run.producer == "gate"]
    return gates[-1].started.window_s if gates else None


def compare(rules: Plan, target: str, phase: str, paths: list[Path] | None) -> int:
    """Replay the stored decision; exit code 0 if it is equal, else 64 with a line for each difference."""
    stored: Decision | None = stored_decision(target, phase)
    if stored is None:
        raise ValueError(f"no stored decision of {phase} on target {target}; make one: rollout gate {phase}")
    again, lines = replayed(rules, stored, release_ledger(stored.release, paths), target=target)
    out = console()
    for line in lines:
        out.print(f"differs: {clean(line)}", style="red", markup=False)
    out.print(f"replayed {phase}: {clean(again.line)}" + ("" if lines else ", the same as stored"), markup=False)
    return EXIT_CONFIGURATION if lines else again.exit_code
