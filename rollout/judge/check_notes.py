"""Which checks of a criterion failed, and which wait for what: each cause once, the most basic failure first."""

from collections.abc import Iterator

from rollout.error_words import plain_words
from rollout.evidence.records import TestOutcome
from rollout.judge.finding import Cause, CheckNote, Finding
from rollout.values import A_FEW, some

WITHOUT_CAUSE = ("not-run", "skipped")  # their cause is unknown


def notes_of(failed: list[str], latest: dict[str, TestOutcome], order: list[str]) -> tuple[CheckNote, ...]:
    """Every failing check: what builds on least first, then in the order of the source."""
    ranked = sorted(failed, key=lambda node: (latest[node].depth, order.index(node)))
    return tuple(
        CheckNote(node=node, message=plain_words(latest[node].message) or latest[node].outcome) for node in ranked
    )


def causes_of(absent: list[str], latest: dict[str, TestOutcome]) -> tuple[Cause, ...]:
    """What the checks without a verdict wait for, each cause once: what most wait for first."""
    waiting: dict[tuple[str, str, str], list[str]] = {}
    for node in absent:
        waiting.setdefault(cause_of(latest.get(node)), []).append(node)
    causes = [
        Cause(kind=kind, text=text, way_out=way_out, checks=tuple(nodes))
        for (kind, text, way_out), nodes in waiting.items()
    ]
    return tuple(sorted(causes, key=lambda cause: -len(cause.checks)))


def cause_of(record: TestOutcome | None) -> tuple[str, str, str]:
    """Kind, words and way out of what one check waits for."""
    if record is None:
        return "not-run", "has not run", ""
    if record.obstacle is None:
        return "skipped", f"{record.outcome}: {plain_words(record.message)}", ""
    return record.obstacle.kind, record.obstacle.cause, record.obstacle.way_out


def told(cause: Cause, *, whole: bool = False) -> str:
    """A cause with those that wait for it, *whole* or the first few: `review ended failed: 'no network' — 12 checks wait for it (…)`."""
    names = [short(node) for node in cause.checks]
    if len(names) == 1 or cause.kind in WITHOUT_CAUSE:
        return f"{some(names, len(names) if whole else 1)}: {cause.text}"
    return f"{cause.text} — {len(names)} checks wait for it ({some(names, len(names) if whole else A_FEW)})"


def everything_listed(finding: Finding) -> Iterator[str]:
    """The full list behind a finding: one line for each failing check, each cause, and each entry of `listed`."""
    yield from (f"{note.node}: {note.message}" for note in finding.failing)
    yield from map(told, finding.causes)
    yield from finding.listed


def more_than(first: int, what: str) -> str:
    """
    Words for the items beyond the *first* one shown, where *first* counts all of them; empty if there is only one.
    """
    return f"; {first - 1} more {what}{'s' * (first > 2)}" if first > 1 else ""


def short(node: str) -> str:
    """The test's name without its file."""
    return node.rpartition("::")[2]
