"""What the doctor found, as lines for a terminal and as one JSON document."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rollout.clean_text import clean
from rollout.cli.examination import Examination
from rollout.extensions import extensions
from rollout.plan import Plan
from rollout.readiness import ways_out
from rollout.target.probe import TOTAL_S, Look
from rollout.values import numbered, some

MOST_NAMED = 4  # of a list, without --verbose
STYLES = {
    "ok": "green",
    "failed": "red",
    "not configured": "yellow",
    "not reached": "yellow",
    "not looked at": "yellow",
}


def report(
    out: Console, rules: Plan, examined: Examination, phases: dict[str, tuple[int, list[str]]], verbose: bool
) -> None:
    """Print the probes, the obstacles, and which phases can reach GO; of each list a few names, or all with *verbose*."""
    most = sys.maxsize if verbose else MOST_NAMED
    show_looks(out, examined.found)
    for full_id, why in examined.never.items():
        line(out, "x", "red", full_id, why)
    for why, names in grouped(examined.unproven).items():
        line(out, "x", "red", criteria(len(names)), f"{why}: {some(names, most)}")
    for way_out, waiting in ways_out(examined.lacking).items():
        line(out, "x", "yellow", way_out, waits(waiting, most))
    for full_id, why in examined.remarks.items():
        line(out, "i", "yellow", full_id, why)
    if examined.unseen:
        line(out, "x", "yellow", f"not looked at within {TOTAL_S:g} s", some(examined.unseen, most))
    show_extensions(out, examined.unusable)
    hopeless = len(examined.hopeless)
    size = f"plan: {numbered(len(rules.phases), 'phase', 'phases')}, {criteria(len(rules.criterion_ids()))}"
    out.print(f"{size}, {hopeless} cannot be met as configured", markup=False)
    for phase, (number, stopped) in phases.items():
        can = f"cannot reach GO: {some(stopped, most)}" if stopped else nothing_stops(examined)
        shown = numbered(number, "criterion is shown on this target", "criteria are shown on this target")
        out.print(f"  {phase}: {f'{shown}; {can}' if number else 'shown on another target'}", markup=False)
    if examined.next_step:
        out.print(f"next: {examined.next_step}", markup=False, style="bold")
    system = examined.target
    out.print(
        f"target {system.name} ({system.environment}) at {system.url()}: release {examined.release}", markup=False
    )


def nothing_stops(examined: Examination) -> str:
    """What can be said of a phase without an obstacle."""
    return f"nothing {'seen' if examined.unseen else 'here'} stops its GO{', but not all was looked at' if examined.unseen else ''}"


def criteria(number: int) -> str:
    """A number of criteria in words."""
    return numbered(number, "criterion", "criteria")


def waits(waiting: list[str], most: int = MOST_NAMED) -> str:
    """The criteria that wait for one step, in words with the names of *most* of them."""
    return f"{numbered(len(waiting), 'criterion waits', 'criteria wait')} for it: {some(waiting, most)}"


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
        "not_looked_at": examined.unseen,
        "next_step": examined.next_step,
    }


def show_extensions(out: Console, broken: Iterable[str]) -> None:
    """Print the extensions of installed packages by group, and the *broken* ones."""
    for group, entries in extensions():
        names = ", ".join(entry.name for entry in entries) or "none"
        out.print(f"{group.name} ({group.brings}): {names}", markup=False, style="dim")
    for why in broken:
        out.print(f"x {clean(why)}", markup=False, style="red", soft_wrap=True)
