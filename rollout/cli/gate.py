"""`rollout gate PHASE`: bring the evidence, then decide."""

import time
from contextlib import ExitStack
from typing import Annotated

import typer
from rich.console import Console

from rollout.cli.options import PhaseName, PlanFile, Release, TargetName, Verbose, Window, WithFaults, rules_of
from rollout.cli.output import console
from rollout.cli.progress import Progress
from rollout.cli.terminable import terminable
from rollout.embedded import target_at_hand
from rollout.evidence import Journal
from rollout.gate.lock import at_work
from rollout.gate.run_stages import run_stages
from rollout.gate.stages import Job, load_lacks
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.notify import notice_of, notify, told
from rollout.origin import origin
from rollout.project import current_project
from rollout.render import begin, set_aside, show, write_reports
from rollout.replay import release_ledger
from rollout.suite import suite_of
from rollout.target import Action, Target
from rollout.target.obstacle import file_of
from rollout.target.release import UNKNOWN
from rollout.values import STANDIN

REHEARSAL_S = 40.0
LEAVES_DATA = (Action.WRITE, Action.PROBE, Action.FUZZ)
FailFast = Annotated[bool, typer.Option("--fail-fast", help="leave later stages out as soon as NO-GO is certain")]


def gate(
    phase: PhaseName,
    target: TargetName = None,
    window: Window = None,
    release: Release = None,
    plan: PlanFile = None,
    fail_fast: FailFast = False,
    with_faults: WithFaults = False,
    verbose: Verbose = False,
) -> int:
    """
    Verify a phase: smoke, integration, load and watch, in stages; then decide and report.

    On the embedded stand-in it is a rehearsal with a window of 40 s unless --window says otherwise. After a stage that
    makes GO impossible it goes on while there is a system to measure: a later one may find what calls for a ROLLBACK.
    """
    rules = rules_of(plan)
    suite = suite_of(rules)
    stage = rules.phase(phase)
    out = console()
    began = time.monotonic()
    chosen = target_at_hand(suite, target, baseline=rules.compares(phase), with_faults=with_faults)
    with ExitStack() as until_decided:
        with terminable(), chosen as system:
            if system.environment == STANDIN:
                window = window or REHEARSAL_S
                out.print(f"stand-in ready at {system.url()} in {time.monotonic() - began:.1f} s", style="dim")
            seen = release or suite.observed_release(system)
            about = origin(rules, phase, system, seen, "gate", window_s=window)
            folder = current_project().phase_folder(system.name, phase)
            until_decided.enter_context(at_work(folder))  # no gate begins between the stages and the decision
            with Journal(folder / "journals", about) as journal:
                job = Job(
                    rules,
                    suite,
                    (plan or current_project().plan_file).resolve(),
                    stage,
                    system,
                    seen,
                    window,
                    journal.run_id,
                    fail_fast,
                )
                warn(out, system, seen)
                warn_of_load(out, job)
                set_aside(folder)
                try:
                    early = run_stages(job, journal, Progress(out))
                except KeyboardInterrupt:
                    out.print(left_behind(job), style="yellow", markup=False)
                    raise
        if early:
            out.print(early, style="yellow")
        return conclude(job, out, verbose)


def warn(out: Console, system: Target, release: str) -> None:
    """Print what this run cannot show."""
    if release == UNKNOWN:
        out.print(f"{system.url()} does not say which release it is; name it with --release", style="yellow")


def warn_of_load(out: Console, job: Job) -> None:
    """Print which permissions a load lacks that this phase measures on the target: its stage is left out."""
    if lacking := load_lacks(job):
        actions = " and ".join(repr(each) for each in lacking)
        out.print(f"no load will run: add {actions} to `allow` in {file_of(job.target)}", style="yellow", markup=False)


def left_behind(job: Job) -> str:
    """What an interrupted gate leaves, in words: test data only where some may have been made, a decision only if there is one."""
    makes_data = job.target.environment != STANDIN and any(job.target.may(each) for each in LEAVES_DATA)
    data = f"; test data called rollout-… may be left on {job.target.url()}" if makes_data else ""
    kept = job.journals.parent / "decisions"
    before = f", the one before is kept in {kept}" if kept.is_dir() else ""
    return f"interrupted: the stages were ended, their journals are in {job.journals}{data}; no decision is current{before}"


def conclude(job: Job, out: Console, verbose: bool) -> int:
    """Judge the ledger, write the reports, print the decision; its exit code."""
    begin()
    now = time.time()  # before the ledger is read: a replay then counts no run that this decision did not read
    ledger = release_ledger(job.release)
    decision: Decision = decide(
        job.plan,
        job.phase.id,
        ledger,
        now,
        release=job.release,
        window_s=job.window_s,
        target=job.target.name,
    )
    written = write_reports(decision, ledger, current_project().phase_folder(job.target.name, job.phase.id))
    show(decision, out, verbose)
    for path in written:
        out.print(f"  {path}", style="dim")
    for name, delivery in notify(notice_of(decision)):
        out.print(f"  {told(name, delivery)}", style="dim" if delivery.delivered else "yellow", markup=False)
    return decision.exit_code
