"""The table at the end of a run: the decision of each phase from its current ledger."""

import time
from io import StringIO

import pytest
from rich.console import Console

from rollout.evidence import Journal, read_ledger
from rollout.judge.decide import decide
from rollout.plan import Plan
from rollout.project import current_project
from rollout.render import show
from rollout.trimmed import trimmed


def phase_tables(
    reporter: pytest.TerminalReporter, plan: Plan, journals: dict[str, Journal], release: str, target: str
) -> None:
    """Print the decision of each phase that this run wrote evidence for."""
    for phase, journal in journals.items():
        ledger = read_ledger({journal.path.parent, *current_project().all_journals()}, release=release)
        decision = decide(plan, phase, ledger, time.time(), release=release, target=target)
        reporter.section(f"{phase}: {decision.line}")
        text, verbose = StringIO(), reporter.verbosity > 0
        coloured = reporter._tw.hasmarkup
        show(decision, Console(file=text, width=reporter._tw.fullwidth, force_terminal=coloured), verbose)
        reporter.write(text.getvalue() if coloured else trimmed(text.getvalue()))
