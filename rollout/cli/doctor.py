"""`rollout doctor`: can the plan be decided at all, and what can be met on this target as it is configured?"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console

from rollout.clean_text import clean
from rollout.cli.doctor_lines import MOST_NAMED, document, report
from rollout.cli.examination import examination
from rollout.cli.options import PlanFile, TargetName, WithFaults, rules_of
from rollout.cli.output import console, write
from rollout.embedded import target_at_hand
from rollout.judge.verdict import EXIT_CONFIGURATION
from rollout.plan import Plan, PlanError
from rollout.readiness import by_phase
from rollout.suite import suite_of
from rollout.target.probe import TOTAL_S, Tell
from rollout.target.release import UNKNOWN
from rollout.values import some

AsJson = Annotated[bool, typer.Option("--json", help="print one JSON document instead of tables")]
Whole = Annotated[bool, typer.Option("--verbose", "-v", help="name every criterion of each list")]


def doctor(
    target: TargetName = None,
    plan: PlanFile = None,
    with_faults: WithFaults = False,
    as_json: AsJson = False,
    verbose: Whole = False,
) -> int:
    """
    Check plan and target before a phase starts. Exit 0 if every phase can reach GO, else 64.
    """
    rules = faultless(plan)
    suite = suite_of(rules)
    compared = any(rules.compares(phase.id) for phase in rules.phases)
    with target_at_hand(suite, target, baseline=compared, with_faults=with_faults) as system, progress() as tell:
        examined = examination(rules, suite, system, tell)
    phases = by_phase(rules, examined.target, examined.hopeless)
    if as_json:
        write(json.dumps(document(examined, phases), indent=2, ensure_ascii=False) + "\n")
    else:
        report(console(), rules, examined, phases, verbose)
    stuck = any(stopped for _, stopped in phases.values())
    known = examined.release != UNKNOWN and not examined.unseen
    hopeless = stuck or examined.never or examined.unproven or examined.unusable or not known
    return EXIT_CONFIGURATION if hopeless else 0


def faultless(plan: Path | None) -> Plan:
    """The plan; ValueError with a line for each of its faults, where other commands name the first one."""
    try:
        return rules_of(plan)
    except PlanError as error:
        raise ValueError(str(error)) from error


@contextmanager
def progress() -> Iterator[Tell]:
    """Show on a terminal, beside the output, for which probes the doctor waits and until when."""
    began = monotonic()
    with Console(stderr=True).status("looking") as status:
        yield lambda names: status.update(
            clean(f"{monotonic() - began:.0f} of at most {TOTAL_S:g} s, waiting for {some(names, MOST_NAMED)}")
        )
