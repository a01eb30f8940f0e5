"""Judge a load run by its own evidence, print the budgets, and say the exit code."""

import sys
import time

from rich.console import Console

from rollout.evidence import Run, State, read_ledger
from rollout.judge.finding import Case
from rollout.judge.scenarios import by_scenario
from rollout.judge.verdict import EXIT_CODES, Outcome, Verdict
from rollout.judge.volume import judge_load_source
from rollout.load.setup import Setup
from rollout.load.table import budgets, per_scenario
from rollout.plan import Source

PIPED_WIDTH = 160


def conclude(setup: Setup) -> int:
    """Print the budget table of every attempt so far and return the exit code of the decision."""
    found = cases(setup, time.time())
    findings = [judge_load_source(case) for case in found]
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    console.print(budgets(findings))
    if len(kinds := by_scenario(found)) > 1:
        console.print(per_scenario(kinds))
    worst = max((finding.verdict for finding in findings if not finding.advisory), default=Verdict.UNPROVEN)
    outcome = Outcome(worst)
    console.print(f"load of {setup.phase.id}: {outcome}", highlight=False)
    return EXIT_CODES[outcome]


def cases(setup: Setup, now: float) -> list[Case]:
    """The phase's budgets with every attempt of this release so far."""
    runs = attempts(setup)
    criteria = [item for item in setup.plan.criteria_of(setup.phase.id) if item.source is Source.LOAD]
    return [Case(item, setup.phase, runs, now, window_s=setup.origin.window_s) for item in criteria]


def attempts(setup: Setup) -> tuple[Run, ...]:
    """The load runs of this phase and release that can be believed, oldest first."""
    release, phase = setup.origin.release, setup.phase.id
    ledger = read_ledger([setup.journals]).of_release(release)
    return tuple(
        run
        for run in ledger.runs
        if run.producer == "load" and run.state is not State.FORGED and run.started.get("phase") == phase
    )
