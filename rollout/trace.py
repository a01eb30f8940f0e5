"""Traceability: from each sentence of the plan document to the criteria, alerts, tasks and messages that cover it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rollout.checks import checks_by_criterion, scan
from rollout.plan import Criterion, Phase, Plan
from rollout.plan.document import Message
from rollout.values import as_text

ITEM = re.compile(r"^\s*(?:[-*]|\d+\.)\s+(?:\[.\]\s+)?(?P<text>.+?)(?:\s+✓)?$")
LABELLED = re.compile(r"^\*\*(?P<label>Objective|Rollback Plan)\*\*:\s*(?P<text>.+)$")
COMMENT = re.compile(r"^#\s+(?:\d+\.\s+)?(?P<text>.+)$")
HEADING = re.compile(r"^#{2,}\s+(?P<text>.+)$")

PROMISES = (
    "## What each check rests on",
    "",
    "A sentence of the plan, or one of the published API; what rests on neither is advisory and decides nothing.",
    "",
)


@dataclass(frozen=True)
class Sentence:
    """One sentence of the plan document with its line and section."""

    line: int
    section: str
    text: str


@dataclass(frozen=True)
class Trace:
    """What covers a sentence: *criteria* by full id, *others* such as an alert, a message, a procedure or a task."""

    sentence: Sentence
    criteria: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def covered(self) -> bool:
        return bool(self.criteria or self.others)


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of the document that state a requirement: list items, objectives, rollback plans, comments of commands."""
    section, code = "", False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("```"):
            code = not code
        elif code and (match := COMMENT.match(line)):
            yield Sentence(number, section, match["text"])
        elif not code and (match := HEADING.match(line)):
            section = match["text"]
        elif not code and (match := LABELLED.match(line) or ITEM.match(line)):
            yield Sentence(number, section, match["text"])


def traces(plan: Plan, text: str) -> list[Trace]:
    """Every sentence with what covers it, in the order of the document."""
    return [trace(plan, sentence) for sentence in sentences(text)]


def trace(plan: Plan, sentence: Sentence) -> Trace:
    """What quotes a sentence; in the section of a phase the criteria and tasks of that phase, if there are any."""
    criteria = [
        f"{phase}.{criterion.id}"
        for criterion in plan.criteria
        if any(says(quote, sentence.text) for quote in criterion.quotes)
        for phase in criterion.phases
    ]
    here = [phase.id for phase in plan.phases if sentence.section.startswith(phase.title)]
    criteria = [full for full in criteria if not here or full.partition(".")[0] in here] or criteria
    for phase in plan.phases:
        for task in phase.tasks:
            if says(task.quote, sentence.text) and phase.id in (here or [phase.id]):
                criteria += [f"{phase.id}.{name}" for name in task.shown_by]
    return Trace(sentence, tuple(dict.fromkeys(criteria)), tuple(dict.fromkeys(others(plan, sentence.text))))


def others(plan: Plan, text: str) -> Iterator[str]:
    """The alerts, messages, tasks, procedures and phases that quote a sentence."""
    yield from (f"alert {alert.rule}" for alert in plan.alerts if says(alert.quote, text))
    yield from (f"message {message.id}, {due(message)}" for message in plan.messages if says(message.quote, text))
    yield from (f"closed by {todo.closed_by}" for todo in plan.todos if says(todo.quote, text))
    yield from (
        f"procedure {item.id}" for item in plan.procedures if any(says(step.run, text) for step in item.all_steps)
    )
    yield from (f"{phase.id}, {planned(phase)}: objective" for phase in plan.phases if says(phase.objective, text))
    yield from (f"{phase.id}: rollback" for phase in plan.phases if says(phase.rollback, text))


def planned(phase: Phase) -> str:
    """The planned week of a phase and the exposure of each of its steps."""
    return f"{phase.week[:1].lower()}{phase.week[1:]}, for {', then '.join(step.exposure for step in phase.steps)}"


def due(message: Message) -> str:
    """When a message is sent: before, during or after the rollout, and how often."""
    return f"{message.when} the rollout{f', every {as_text(message.every)}' if message.every else ''}"


def says(quote: str, text: str) -> bool:
    """Whether a quote equals a sentence, marks of lists, headings and emphasis left out."""
    return plain(quote) == plain(text)


@cache
def plain(text: str) -> str:
    """A sentence without the marks of a list, a heading or emphasis."""
    return re.sub(r"^#\s*(\d+\.\s+)?|\*\*", "", text).strip()


def table(plan: Plan, text: str, verdicts: dict[str, str]) -> str:
    """The plan's title and overview and the traceability table, as Markdown; *verdicts* by full criterion id."""
    checks = checks_by_criterion(plan)
    lines = [f"**{plan.title}**: {plan.overview}", ""]
    lines += ["| line | sentence of the plan | criterion, source, checks | last verdict |", "|---|---|---|---|"]
    for item in traces(plan, text):
        proofs = [f"`{full}` ({shown_by(plan.criterion(full), checks.get(full, []))})" for full in item.criteria]
        cells = "<br>".join([*proofs, *item.others]) or "**nothing**"
        seen = "<br>".join(f"{verdicts.get(full, 'not decided')}" for full in item.criteria)
        lines.append(f"| {item.sentence.line} | {row_text(item.sentence.text)} | {cells} | {seen} |")
    return "\n".join(lines) + "\n" + promises(plan)


def promises(plan: Plan) -> str:
    """The table of each check's promise, as Markdown; empty if no check states one."""
    every = scan(plan)
    if not any(check.promise for check in every):
        return ""
    rows = [
        f"| `{check.node}` | {', '.join(f'`{mark}`' for mark in check.marks)} | {row_text(check.promise or '**not told**')} |"
        for check in every
    ]
    return "\n".join(["", *PROMISES, "| check | criterion | rests on |", "|---|---|---|", *rows]) + "\n"


def row_text(text: str) -> str:
    """A text that may stand in a cell of a table."""
    return text.replace("|", "\\|")


def shown_by(criterion: Criterion, nodes: list[str]) -> str:
    """The source of a criterion, the number of its checks, and `advisory` if it decides nothing."""
    counted = [f"{len(nodes)} {'check' if len(nodes) == 1 else 'checks'}"] if nodes else []
    return ", ".join([criterion.source.value, *counted, *(["advisory"] if criterion.advisory else [])])
