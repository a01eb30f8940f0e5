"""`rollout diff A B`: what changed between two decisions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from rollout.clean_text import clean
from rollout.cli.options import PlanFile, TargetName, decided, rules_of
from rollout.cli.output import console, write
from rollout.difference import CriterionChange, Difference, told
from rollout.judge.decision import Decision
from rollout.judge.store import FILE_NAME, load_decision
from rollout.judge.verdict import EXIT_CODES, Outcome, Verdict
from rollout.plan import Plan
from rollout.project import current_project
from rollout.render import folder_name

STYLES = {"worse": "red", "gone": "red", "new": "yellow", "better": "green", "value": "", "same": "dim"}
Which = Annotated[
    str,
    typer.Argument(
        metavar="DECISION",
        help="a decision.json or its folder, a PHASE (its stored decision), or PHASE@RELEASE (an earlier release's)",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]
Whole = Annotated[bool, typer.Option("--verbose", "-v", help="show what did not change, too")]


def diff(
    earlier: Which,
    later: Which,
    verbose: Whole = False,
    as_json: Json = False,
    target: TargetName = None,
    plan: PlanFile = None,
) -> int:
    """
    Show what changed between two decisions of a phase. Exit 0 if nothing became worse, else 10.
    """
    rules, name = rules_of(plan), decided(target)
    found = Difference(decision_named(rules, name, earlier), decision_named(rules, name, later))
    if found.before.phase != found.after.phase:
        raise ValueError(
            f"{earlier} is about {found.before.phase} and {later} about {found.after.phase}: name two of one phase"
        )
    if as_json:
        write(json.dumps(document(found), indent=2, ensure_ascii=False) + "\n")
    else:
        show(found, console(), verbose)
    return EXIT_CODES[Outcome.NO_GO] if found.worse else 0


def decision_named(rules: Plan, target: str, text: str) -> Decision:
    """The decision that an argument names; ValueError with the way out if there is none."""
    phase, _, release = text.partition("@")
    if phase in [each.id for each in rules.phases]:
        folder = current_project().phase_folder(target, phase)
        path = folder / "decisions" / folder_name(release) / FILE_NAME if release else folder / FILE_NAME
    else:
        path = Path(text) / FILE_NAME if Path(text).is_dir() else Path(text)
    if not path.is_file():
        known = ", ".join(each.id for each in rules.phases)
        raise ValueError(f"no decision {text!r}: {path} does not exist; name a decision.json or a phase ({known})")
    return load_decision(path)


def show(found: Difference, out: Console, verbose: bool) -> None:
    """Print the facts and criteria that changed, or all with *verbose*."""
    out.print(Text(clean(found.after.title), "bold"))
    for name, before, after in found.facts():
        if before != after or verbose or name in ("decision", "release"):
            out.print(Text(f"{name}: {clean(arrow(before, after))}"))
    counts = {kind: sum(change.kind == kind for change in found.changes) for kind in STYLES}
    words = {"value": "with another value", "same": "unchanged"}
    out.print(Text("criteria: " + ", ".join(f"{n} {words.get(kind, kind)}" for kind, n in counts.items() if n)))
    for change in sorted(found.changes, key=lambda change: list(STYLES).index(change.kind)):
        if verbose or change.kind != "same":
            out.print(block(change, found.after.phase))


def block(change: CriterionChange, phase: str) -> RenderableType:
    """One criterion: how it changed, its verdicts, its values, its limits where they changed, and why it is not met now."""
    advice = ", advisory" if change.after and change.after.advisory else ""
    verdicts = arrow(*(each.verdict.name if each else "" for each in (change.before, change.after)))
    lines = [Text(f"{clean(change.id.removeprefix(f'{phase}.'))}: {verdicts}{advice}", "bold")]
    lines += [Text(clean(line)) for line in values(change)]
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=max(map(len, STYLES)))
    grid.add_row(Text(change.kind, STYLES[change.kind]), Group(*lines))
    return grid


def values(change: CriterionChange) -> Iterator[str]:
    """The values and limits of a criterion, and the reason of a verdict that is not MET."""
    before, after = (told(each) if each else ("", "") for each in (change.before, change.after))
    if before[0] == after[0]:
        yield after[0]
    else:
        yield from (f"{word} {text}" for word, text in (("was", before[0]), ("now", after[0])) if text)
    if change.before and change.after and before[1] != after[1]:
        yield arrow(before[1] or "no limit", after[1] or "no limit")
    if change.after and change.after.verdict is not Verdict.MET:
        yield change.after.reason


def arrow(before: str, after: str) -> str:
    """Both texts, or the only one where they are equal or one is missing."""
    return " → ".join(dict.fromkeys(filter(None, (before, after))))


def document(found: Difference) -> dict[str, Any]:
    """The difference as plain JSON values; every criterion is listed, unchanged ones too."""
    return {
        "phase": found.after.phase,
        "worse": found.worse,
        "facts": {name: {"before": before, "after": after} for name, before, after in found.facts()},
        "criteria": [
            {
                "id": change.id,
                "change": change.kind,
                "before": change.before and change.before.model_dump(mode="json"),
                "after": change.after and change.after.model_dump(mode="json"),
            }
            for change in found.changes
        ],
    }
