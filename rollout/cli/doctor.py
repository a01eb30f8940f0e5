"""`rollout doctor`: can the plan be decided at all, and what can be met on this target as it is configured?"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rollout.checks import checks_by_criterion
from rollout.clean_text import clean
from rollout.cli.options import PlanFile, TargetName, WithFaults, rules_of
from rollout.cli.output import console, write
from rollout.embedded import target_at_hand
from rollout.extensions import extensions, unusable
from rollout.judge.verdict import EXIT_CONFIGURATION
from rollout.metrics import MetricKind
from rollout.origin import refuse_unknown_names, refused_waivers
from rollout.plan import EvidenceSource, Plan
from rollout.prove.proof import load_proof, unproven
from rollout.readiness import Lack, by_phase, lacks, ways_out
from rollout.sources.source_probes import SOURCE_PROBES
from rollout.statistics.binomial import least_all_good
from rollout.suite import Suite, suite_of
from rollout.target import Target
from rollout.target.deadline import begun
from rollout.target.obstacle import place
from rollout.target.probe import Look, Probe, looks
from rollout.target.release import UNKNOWN
from rollout.values import numbered, some

MOST_NAMED = 4
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON document instead of tables")]
STYLES = {"ok": "green", "failed": "red", "not configured": "yellow", "not reached": "yellow"}


@dataclass(frozen=True)
class Examination:
    """The findings of the doctor: criteria that can be met nowhere (*never*) or not on this target (*lacking*), *unproven*
    checks, which were not seen to fail, *unusable* packages, which would break a gate, and *remarks*, which stop nothing."""

    target: Target
    release: str
    found: tuple[Look, ...]
    never: dict[str, str]
    unproven: dict[str, str]
    lacking: tuple[Lack, ...]
    remarks: dict[str, str]
    unusable: tuple[str, ...] = ()

    @property
    def hopeless(self) -> dict[str, str]:
        """Full criterion id → the reason why it cannot be met on this target as configured."""
        return {lack.criterion: f"{lack.why}: {lack.way_out}" for lack in reversed(self.lacking)} | self.never

    @property
    def next_step(self) -> str:
        """The first step to take: of the failures, else of the missing settings, the one that unlocks most criteria."""
        steps = list(ways_out(self.lacking))
        if self.unproven:
            steps.append("rollout prove")
        return next(iter(steps), "")


def doctor(
    target: TargetName = None, plan: PlanFile = None, with_faults: WithFaults = False, as_json: AsJson = False
) -> int:
    """
    Check plan and target before a phase starts. Exit 0 if every phase can reach GO, else 64.
    """
    rules = rules_of(plan)
    suite = suite_of(rules)
    compared = any(rules.compares(phase.id) for phase in rules.phases)
    with target_at_hand(suite, target, baseline=compared, with_faults=with_faults) as system:
        examined = examination(rules, suite, system)
    phases = by_phase(rules, examined.target, examined.hopeless)
    if as_json:
        write(json.dumps(document(examined, phases), indent=2, ensure_ascii=False) + "\n")
    else:
        report(console(), rules, examined, phases)
    stuck = any(stopped for _, stopped in phases.values())
    hopeless = stuck or examined.never or examined.unproven or examined.unusable or examined.release == UNKNOWN
    return EXIT_CONFIGURATION if hopeless else 0


def examination(rules: Plan, suite: Suite, system: Target) -> Examination:
    """Probe every part that the target names, and compare the result with the needs of the criteria."""
    refuse_unknown_names(rules, system)
    told = begun(
        partial(suite.observed_release, system)
    )  # in parallel with the probes, since it can wait as long as they do
    looked = tuple(looks(probes_of(suite), system))
    release = told.result()
    found = (*looked, release_seen(release, system))
    return Examination(
        target=system,
        release=release,
        found=found,
        never=untested(rules) | refused_waivers(rules, system),
        unproven=unproven(rules, load_proof()) if suite.expectations else {},
        lacking=tuple(lacks(rules, system, found)),
        remarks=small_groups(rules),
        unusable=tuple(unusable()),
    )


def probes_of(suite: Suite) -> tuple[Probe, ...]:
    """Every probe of a target of *suite*; a probe that others come after is before them."""
    from rollout.drill.left_schemas import LEFT_BY_DRILLS
    from rollout.target.probes import PROBES  # slow to import, because of their clients

    return (*PROBES, LEFT_BY_DRILLS, *SOURCE_PROBES, *suite.probes())


def release_seen(release: str, system: Target) -> Look:
    """The row about the release; with an unknown one every decision is HOLD."""
    if release == UNKNOWN:
        way_out = f"let the target say its release, or set {place(system, 'release')}"
        return Look("release", ("release",), "failed", "nobody says it, so that no evidence belongs together", way_out)
    told = "by the file of the target" if system.release else "by the system"
    return Look("release", ("release",), "ok", f"{release}, {told}")


def untested(rules: Plan) -> dict[str, str]:
    """Full criterion id → the reason, for criteria of source tests without a test."""
    checks = checks_by_criterion(rules)
    return {
        full_id: "no test bears it: it stays UNPROVEN"
        for full_id in rules.criterion_ids()
        if rules.criterion(full_id).source is EvidenceSource.TESTS and full_id not in checks
    }


def small_groups(rules: Plan) -> dict[str, str]:
    """Full criterion id → a remark, for criteria whose sample size in the plan is too small for their limit."""
    found = {}
    for full_id in rules.criterion_ids():
        criterion = rules.criterion(full_id)
        if criterion.metric and criterion.measured.kind is MetricKind.SATISFACTION and criterion.limit:
            needed = least_all_good(criterion.limit.value / 100)
            if criterion.least < needed:
                found[full_id] = (
                    f"{criterion.least} answers cannot support {criterion.limit} at 95 %: that takes {needed}"
                )
    return found


def report(out: Console, rules: Plan, examined: Examination, phases: dict[str, tuple[int, list[str]]]) -> None:
    """Print the probes, the obstacles, and which phases can reach GO."""
    show_looks(out, examined.found)
    for full_id, why in examined.never.items():
        line(out, "x", "red", full_id, why)
    for why, names in grouped(examined.unproven).items():
        line(out, "x", "red", criteria(len(names)), f"{why}: {some(names, MOST_NAMED)}")
    for way_out, waiting in ways_out(examined.lacking).items():
        line(out, "x", "yellow", way_out, waits(waiting))
    for full_id, why in examined.remarks.items():
        line(out, "i", "yellow", full_id, why)
    show_extensions(out, examined.unusable)
    hopeless = len(examined.hopeless)
    size = f"plan: {numbered(len(rules.phases), 'phase', 'phases')}, {criteria(len(rules.criterion_ids()))}"
    out.print(f"{size}, {hopeless} cannot be met as configured", markup=False)
    for phase, (number, stopped) in phases.items():
        can = f"cannot reach GO: {some(stopped, MOST_NAMED)}" if stopped else "nothing here stops its GO"
        shown = numbered(number, "criterion is shown on this target", "criteria are shown on this target")
        out.print(f"  {phase}: {f'{shown}; {can}' if number else 'shown on another target'}", markup=False)
    if examined.next_step:
        out.print(f"next: {examined.next_step}", markup=False, style="bold")
    system = examined.target
    out.print(
        f"target {system.name} ({system.environment}) at {system.url()}: release {examined.release}", markup=False
    )


def criteria(number: int) -> str:
    """A number of criteria in words."""
    return numbered(number, "criterion", "criteria")


def waits(waiting: list[str]) -> str:
    """The criteria that wait for one step, in words."""
    return f"{numbered(len(waiting), 'criterion waits', 'criteria wait')} for it: {some(waiting, MOST_NAMED)}"


def show_looks(out: Console, found: tuple[Look, ...]) -> None:
    """One row for each probe."""
    table = Table("looked at", "", "found", box=None, pad_edge=False)
    for look in found:
        table.add_row(Text(look.name), Text(look.state, style=STYLES[look.state]), Text(clean(look.said)))
    out.print(table)


def line(out: Console, mark: str, style: str, name: str, text: str) -> None:
    """One finding."""
    out.print(Text.assemble((mark, style), f" {clean(name)}: {clean(text)}"))


def grouped(found: dict[str, str]) -> dict[str, list[str]]:
    """Reason → the names with that reason; the part after `; run:` is left out."""
    groups: dict[str, list[str]] = {}
    for name, why in found.items():
        groups.setdefault(why.partition("; run:")[0], []).append(name)
    return groups


def document(examined: Examination, phases: dict[str, tuple[int, list[str]]]) -> dict[str, Any]:
    """The findings as JSON; `can_reach_go` is null for a phase without criteria on this target."""
    return {
        "target": examined.target.name,
        "environment": examined.target.environment,
        "release": examined.release,
        "looks": [asdict(look) for look in examined.found],
        "phases": {
            phase: {"criteria": number, "can_reach_go": not stopped if number else None, "stopped_by": stopped}
            for phase, (number, stopped) in phases.items()
        },
        "never": examined.never,
        "unproven": examined.unproven,
        "lacking": [asdict(lack) for lack in examined.lacking],
        "remarks": examined.remarks,
        "unusable": examined.unusable,
        "next_step": examined.next_step,
    }


def show_extensions(out: Console, broken: Iterable[str]) -> None:
    """Print the extensions of installed packages by group, and the *broken* ones."""
    for group, entries in extensions():
        names = ", ".join(entry.name for entry in entries) or "none"
        out.print(f"{group.name} ({group.brings}): {names}", markup=False, style="dim")
    for why in broken:
        out.print(f"x {clean(why)}", markup=False, style="red", soft_wrap=True)
