"""`rollout watch PHASE --for 48h`: the soak monitor."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from rollout.cli.options import Journals, PhaseName, PlanFile, Release, TargetName, WithFaults, length, rules_of
from rollout.cli.output import console
from rollout.cli.terminable import terminable
from rollout.embedded import target_at_hand
from rollout.judge.decide import decide
from rollout.nearest import unknown
from rollout.origin import origin
from rollout.project import current_project
from rollout.render import show, write_reports
from rollout.replay import release_ledger
from rollout.same_release import SameRelease
from rollout.suite import suite_of
from rollout.values import as_text, numbered
from rollout.watch.monitor import Round, stop_on_signals
from rollout.watch.monitor import watch as monitor
from rollout.watch.sampler import Sampler, longest_interval, sampled

For = Annotated[float, typer.Option("--for", metavar="TIME", parser=length, help="how long to watch, such as 48h")]
Every = Annotated[float, typer.Option("--every", metavar="TIME", parser=length, help="time between two looks")]
Step = Annotated[str | None, typer.Option("--step", help="the exposure step of the phase; default: its last")]
NoDecision = Annotated[bool, typer.Option("--no-decision", help="only watch; somebody else decides")]
Parent = Annotated[str | None, typer.Option("--parent", metavar="RUN", help="the gate that started this")]


def watch(
    phase: PhaseName,
    for_: For,
    every: Every = 30.0,
    step: Step = None,
    target: TargetName = None,
    release: Release = None,
    no_decision: NoDecision = False,
    journals: Journals = None,
    parent: Parent = None,
    plan: PlanFile = None,
    with_faults: WithFaults = False,
) -> int:
    """
    Watch the system for a while; started again after an interruption it goes on where the evidence ends.
    """
    rules = rules_of(plan)
    suite = suite_of(rules)
    steps = [each.id for each in rules.phase(phase).steps]
    if step is not None and step not in steps:
        raise ValueError(unknown("step", step, steps))
    round_ = Round(every, for_, step or steps[-1])
    longest = longest_interval(rules.criteria_of(phase), round_.step)
    if round_.interval_s > longest:
        raise ValueError(
            f"--every {as_text(every)} is too long: nothing would be seen in between; look every {as_text(longest)} at least"
        )
    out = console()
    with said_when_ended(out), target_at_hand(suite, target, with_faults=with_faults) as system:
        seen = release or suite.observed_release(system)
        about = origin(rules, phase, system, seen, "watch", parent=parent)
        build = SameRelease(suite, system) if release or system.release else None
        folder = journals or current_project().journals_of(system.name, phase)
        asked = sampled(rules.criteria_of(phase), round_.step)
        with closing(Sampler(system, asked, suite.release)) as probes:
            stop = stop_on_signals()
            probes.look(stop.is_set)  # the first round imports and connects, which would delay the next rounds
            looks = monitor(probes, round_, about, folder, lambda line: out.print(line, markup=False), build, stop)
    if stop.is_set():
        out.print(left_behind(looks, folder), markup=False)
    if no_decision:
        return 0
    now = time.time()  # before the ledger is read: a replay then counts no run that this decision did not read
    ledger = release_ledger(seen)
    decision = decide(rules, phase, ledger, now, release=seen, target=system.name)
    write_reports(decision, ledger, current_project().phase_folder(system.name, phase))
    show(decision, out)
    return decision.exit_code


@contextmanager
def said_when_ended(out: Console) -> Iterator[None]:
    """Print what is left if a signal ends the block; later the monitor handles signals itself."""
    try:
        with terminable():
            yield
    except KeyboardInterrupt:
        out.print(left_behind(0, None), markup=False)
        raise


def left_behind(looks: int, folder: Path | None) -> str:
    """The line about a watch that a signal ended: its number of rounds and its journals."""
    again = "the same command goes on where the evidence ends"
    if folder is None:
        return "interrupted before the first look: nothing was watched, and nothing is left"
    if not looks:
        return f"interrupted before the first look: nothing was watched, its journal in {folder} is empty; {again}"
    return f"interrupted after {numbered(looks, 'look', 'looks')}: journals are in {folder}; {again}"
