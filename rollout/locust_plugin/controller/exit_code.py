"""Judge a load run by its own evidence, show the result, and give the exit code."""

import sys
import time
from typing import IO, cast

from rich.console import Console

from rollout.evidence import read_ledger
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.judge.scenarios import by_scenario
from rollout.judge.selection import select
from rollout.judge.verdict import EXIT_CODES, Outcome, Verdict
from rollout.locust_plugin.controller.capacity_search import CapacitySearch
from rollout.locust_plugin.controller.load_reports import CapacityResult, LoadResult, show_capacity, show_load
from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.plan import EvidenceSource
from rollout.trimmed import Trimmed

PIPED_WIDTH = 160


def conclude(setup: RunSetup) -> int:
    """Show the budgets of every attempt so far and return the exit code of the decision."""
    found = cases(setup, time.time())
    findings = [finding_of(case) for case in found]
    console = terminal()
    show_load(LoadResult(findings, by_scenario(found)), console)
    worst = max((finding.verdict for finding in findings if not finding.advisory), default=Verdict.UNPROVEN)
    outcome = Outcome(worst)
    console.print(f"load of {setup.phase.id}: {outcome}", highlight=False)
    return EXIT_CODES[outcome]


def conclude_capacity(setup: RunSetup, search: CapacitySearch) -> int:
    """Show the steps; exit code 0 if a limit was found, HOLD if steps or generator ended first, else NO-GO."""
    last = search.steps[-1] if search.steps else None
    found = search.highest is not None and last is not None and bool(last.broken)
    folder, release = setup.journals, setup.origin.release
    show_capacity(
        CapacityResult(release, search.steps, search.highest, found, search.target_ms, folder),
        terminal(),
    )
    if search.highest is None:
        return EXIT_CODES[Outcome.HOLD if last is None or last.generator else Outcome.NO_GO]
    return EXIT_CODES[Outcome.GO if found else Outcome.HOLD]


def terminal() -> Console:
    """The console for results; without a terminal it is wide enough for a table and adds no trailing spaces."""
    if sys.stdout.isatty():
        return Console()
    return Console(width=PIPED_WIDTH, file=cast(IO[str], Trimmed(sys.stdout)))


def cases(setup: RunSetup, now: float) -> list[Case]:
    """The phase's budgets with every attempt of this release so far."""
    phase, release = setup.phase, setup.origin.release
    ledger, window_s = read_ledger([setup.journals], release=release), setup.origin.window_s
    chosen = select(setup.plan, phase.id, ledger, release, now, window_s)
    criteria = [item for item in setup.plan.criteria_of(phase.id) if item.source is EvidenceSource.LOAD]
    return [Case(item, phase, chosen.of(item), now, window_s=window_s) for item in criteria]
