"""decision.md: the decision as a comment on a pull request, safe for any text in the evidence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.ages import foreign_words
from reports.files import write
from reports.headline import how_far, next_words, sentence
from reports.text import clipped, counted
from reports.words import MARKS, bounds, sample, short, standing
from rollout.clean_text import clean
from rollout.evidence import Ledger
from rollout.judge.check_notes import told
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import Outcome, Verdict
from rollout.values import as_moment

MOST_BYTES = 65_000  # GitHub refuses a comment of more than 65 536
BREAK = "\u200b"  # invisible; splits text that a forge would turn into a mention, a reference or a link
SPECIAL = re.compile(r"([\\`*_{}\[\]#|~$])")
BEGINNING = re.compile(r"^([-+=]|\d+(?=[.)]))")  # makes the start of a line a list or a heading
SIGNS = {Outcome.GO: "✅", Outcome.HOLD: "⏸️", Outcome.NO_GO: "⛔", Outcome.ROLLBACK: "⏪"}
COMMAND = re.compile(r"(?:echo \S+ \| base64 -d \| )?curl -X [^\r\n]*\Z")  # at the end of a message
HEADER = "| | criterion | value | limit | n | why |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Room:
    """The limits of a comment: characters of one text, and rows of one table."""

    text: int
    rows: int


ROOMS = (Room(400, 300), Room(200, 120), Room(120, 60), Room(80, 30), Room(40, 15))


def render(decision: Decision, ledger: Ledger, folder: Path) -> Path:
    """Write `decision.md` to *folder*."""
    return write(folder / "decision.md", comment(decision))


def comment(decision: Decision) -> str:
    """The comment with as much detail as fits."""
    texts = (document(decision, room) for room in ROOMS)
    return next((text for text in texts if len(text.encode()) <= MOST_BYTES), document(decision, ROOMS[-1]))


def document(decision: Decision, room: Room) -> str:
    """Decision, reasons, then everything else folded."""
    blocks = [
        f"## {sign(decision)} {plain(decision.line, room)}",
        plain(sentence(decision), Room(2 * room.text, 0)),
        f"**Next:** {plain(next_words(decision), room)}",
        f"**How far:** {plain(how_far(decision), room)}",
        f"{plain(decision.title, room)} on {plain(decision.target, room)} ({plain(decision.environment, room)}), release {plain(decision.release, room)}, "
        f"{as_moment(decision.decided_at)}, exit code {decision.exit_code}",
        *failing(decision, room),
        *folded(decision, room),
    ]
    return "\n\n".join(blocks) + "\n"


def failing(decision: Decision, room: Room) -> list[str]:
    """The unmet findings, worst first, each with its next step."""
    findings = [finding for finding in decision.deciding if finding.verdict is not Verdict.MET]
    lines = []
    for finding in findings[: room.rows]:
        limits = f" ({plain(bounds(finding), room)})" if bounds(finding) else ""
        lines.append(
            f"- {MARKS[finding.verdict]} **{finding.verdict.name}** {plain(short(decision, finding), room)}: "
            f"{plain(finding.value, room)}{limits}. {with_command(finding.reason, room)}"
        )
        lines += [f"  - next: {plain(finding.next, room)}"] if finding.next else []
        lines += [f"  - {line}" for line in checks(finding, room)]
    return ["\n".join([*lines, *left_out(len(findings), room)])] if lines else []


def checks(finding: Finding, room: Room) -> list[str]:
    """Every failing check, cause and listed item that the reason leaves out."""
    failed = [f"failed: {plain(note.node, room)}: {with_command(note.message, room)}" for note in finding.failing]
    waiting = [plain(told(cause), room) for cause in finding.causes]
    notes = [*failed, *waiting]
    every = [*(notes if len(notes) > 1 else []), *(plain(each, room) for each in finding.listed)]
    return [*every[: room.rows], *(line.strip("- ") for line in left_out(len(every), room))]


def folded(decision: Decision, room: Room) -> list[str]:
    """The folded parts with details."""
    advisory = [finding for finding in decision.findings if finding.advisory]
    before = {item.phase: standing(item) for item in decision.prerequisites}
    parts = [
        (f"All {counted(len(decision.deciding), 'criterion')}", table(decision, decision.deciding, room)),
        (f"Advisory: {len(advisory)}, none of them decides", table(decision, advisory, room) if advisory else ""),
        (f"Not applicable here: {len(decision.not_applicable)}", named(decision.not_applicable, room)),
        ("Phases before this one", named(before, room)),
        (
            f"Evidence: {counted(len(decision.journals), 'journal')}, plan {code(decision.plan)}",
            journals(decision, room),
        ),
    ]
    return [f"<details><summary>{title}</summary>\n\n{body}\n\n</details>" for title, body in parts if body]


def named(lines: dict[str, str], room: Room) -> str:
    """A list of names with a text for each."""
    some = list(lines.items())[: room.rows]
    return "\n".join(
        [*(f"- {plain(name, room)}: {plain(text, room)}" for name, text in some), *left_out(len(lines), room)]
    )


def journals(decision: Decision, room: Room) -> str:
    """The journals with the beginning of their hashes."""
    some = list(decision.journals.items())[: room.rows]
    return "\n".join(
        [*(f"- `{code(name)}` {code(tail)[:16]}" for name, tail in some), *left_out(len(decision.journals), room)]
    )


def table(decision: Decision, findings: Sequence[Finding], room: Room) -> str:
    """One row per criterion."""
    rows = [row(decision, finding, room) for finding in findings[: room.rows]]
    return "\n".join([HEADER, *rows, *left_out(len(findings), room, "\n")])


def row(decision: Decision, finding: Finding, room: Room) -> str:
    """A criterion as table cells."""
    cells = (short(decision, finding), finding.value, bounds(finding), sample(finding))
    texts = [plain(cell, room) for cell in cells] + [why(finding, foreign_words(decision, finding), room)]
    return f"| {MARKS[finding.verdict]} {finding.verdict.name} | {' | '.join(texts)} |"


def why(finding: Finding, foreign: str, room: Room) -> str:
    """The last cell: reason, margin and whose evidence it is; a command line stands in it as code."""
    more = [text for text in (finding.margin, foreign) if text]
    if not COMMAND.search(finding.reason):
        return plain("; ".join(filter(None, (finding.reason, *more))), room)
    return "; ".join([with_command(finding.reason, room, "\\"), *(plain(text, room) for text in more)])


def left_out(number: int, room: Room, before: str = "") -> list[str]:
    """A line about omitted rows; empty if all fit."""
    return [f"{before}- and {number - room.rows:,} more, see decision.html"] if number > room.rows else []


def sign(decision: Decision) -> str:
    """The sign of the outcome at the start of the comment."""
    return "⚠️" if decision.overridden else SIGNS[decision.outcome]


def plain(text: object, room: Room) -> str:
    """*text* escaped, so that it renders without markup, HTML, mentions and links."""
    safe = clipped(text, room.text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = re.sub(r"([@#!~])(?=\w)", rf"\1{BREAK}", safe).replace("://", f":{BREAK}//")
    safe = re.sub(r"\bwww\.", f"www{BREAK}.", safe, flags=re.IGNORECASE)
    return BEGINNING.sub(rf"{BREAK}\1", SPECIAL.sub(r"\\\1", safe))


def with_command(text: object, room: Room, escape: str = "") -> str:
    """
    *text* escaped, and the command line at its end as code, which can be pasted; *escape* stands before each pipe in it.

    One that is longer than three times the room is text like the rest, which is cut.
    """
    whole = clean(text)
    found = COMMAND.search(whole)
    if found is None or len(found[0]) > 3 * room.text:
        return plain(whole, room)
    fence = "`" * (1 + max(map(len, re.findall("`+", found[0])), default=0))
    command = found[0].replace("|", f"{escape}|")
    return f"{plain(whole[: found.start()].rstrip(), room)} {fence} {command} {fence}"


def code(text: str) -> str:
    """*text* reduced to letters, digits and a few signs, safe between backticks and in HTML."""
    return re.sub(r"[^\w.:-]", "?", clipped(text, 120), flags=re.ASCII)
