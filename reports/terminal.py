"""The decision in the terminal: readable in 80 columns, without colour and with hostile evidence."""

from collections.abc import Iterable

from rich.box import HEAVY, SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from reports.ages import foreign_words
from reports.text import clean, counted
from reports.words import MARKS, PLAIN_MARKS, bounds, moment, sentence, short
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import Outcome, Verdict
from rollout.project import current_project

COLOURS = {Verdict.MET: "green", Verdict.UNPROVEN: "yellow", Verdict.BROKEN: "red", Verdict.TRIGGERED: "bold magenta"}
BANNERS = {Outcome.GO: "green", Outcome.HOLD: "yellow", Outcome.NO_GO: "red", Outcome.ROLLBACK: "magenta"}
WIDE = 116


def show(decision: Decision, console: Console) -> None:
    """Print *decision*: the answer, why, every criterion worst first, and what to do next."""
    console.print(banner(decision, console))
    console.print(table(decision, decision.deciding, console))
    for part in (next_steps(decision, console), advisory(decision, console), beside(decision, console)):
        if part is not None:
            console.print(part)


def banner(decision: Decision, console: Console) -> Panel:
    """The decision, large enough to be found in a long log."""
    colour = "yellow" if decision.overridden else BANNERS[decision.outcome]
    facts = f"{decision.target} ({decision.environment}), release {decision.release}, {moment(decision.decided_at)}"
    body = Group(
        told(decision.line, console, f"bold {colour}"),
        told(sentence(decision), console),
        told(facts, console, "dim"),
    )
    return Panel(body, title=told(decision.title, console, "bold"), box=HEAVY, border_style=colour, padding=(1, 2))


def table(decision: Decision, findings: Iterable[Finding], console: Console) -> Table:
    """Every finding, in six columns where they fit and in three where they do not."""
    wide = console.width >= WIDE
    titles = ["verdict", "criterion", "value", "limit", "n", "why"] if wide else ["verdict", "criterion", "value"]
    grid = Table(box=SIMPLE_HEAD, expand=True, pad_edge=False, header_style="dim")
    for title in titles:
        fixed = title == "verdict"
        grid.add_column(title, no_wrap=fixed, overflow="fold", ratio=None if fixed else RATIOS[title])
    for finding in findings:
        grid.add_row(*(wide_row if wide else narrow_row)(decision, finding, console))
    return grid


RATIOS = {"criterion": 4, "value": 4, "limit": 2, "n": 2, "why": 6}


def wide_row(decision: Decision, finding: Finding, console: Console) -> list[RenderableType]:
    """One cell a fact."""
    return [
        verdict(finding, console),
        told(short(decision, finding), console, "bold"),
        told(finding.value, console),
        told(limits(finding), console, "dim" if not bounds(finding) else ""),
        told(sample(finding), console),
        told(reasons(decision, finding), console),
    ]


def narrow_row(decision: Decision, finding: Finding, console: Console) -> list[RenderableType]:
    """Facts about the criterion under its name, facts about the value under the value."""
    numbers = "\n".join(filter(None, (clean(bounds(finding)), clean(sample(finding)))))
    return [
        verdict(finding, console),
        Group(told(short(decision, finding), console, "bold"), told(reasons(decision, finding), console)),
        Group(told(finding.value, console), *(told(line, console, "dim") for line in numbers.splitlines())),
    ]


def limits(finding: Finding) -> str:
    """What the value is compared with; without a number, where the answer comes from."""
    return bounds(finding).removeprefix("limit ") or finding.source


def sample(finding: Finding) -> str:
    """The size of the sample with its unit."""
    return f"{finding.n:,} {finding.n_unit}" if finding.n_unit else ""


def reasons(decision: Decision, finding: Finding) -> str:
    """Why the verdict is what it is, what would change it, and how old the evidence is if it is not from this gate."""
    return "; ".join(filter(None, (finding.reason, finding.margin, foreign_words(decision, finding))))


def next_steps(decision: Decision, console: Console) -> RenderableType | None:
    """What to do about everything that is not met."""
    open_ones = [finding for finding in decision.deciding if finding.verdict is not Verdict.MET]
    steps = [(short(decision, finding), finding.next) for finding in open_ones if finding.next]
    return listed("What to do next", steps, console) if steps else None


def advisory(decision: Decision, console: Console) -> RenderableType | None:
    """What is watched without deciding."""
    findings = [finding for finding in decision.findings if finding.advisory]
    if not findings:
        return None
    return Group(told("Advisory, decides nothing", console, "bold"), table(decision, findings, console))


def beside(decision: Decision, console: Console) -> RenderableType | None:
    """What was left out, what came before, and where everything lies."""
    parts = []
    if decision.not_applicable:
        title = f"{counted(len(decision.not_applicable), 'criterion')} not applicable here"
        parts.append(listed(title, decision.not_applicable.items(), console))
    if decision.prerequisites:
        before = [(item.phase, item.detail) for item in decision.prerequisites]
        parts.append(listed("Phases before this one", before, console))
    folder = current_project().phase_folder(decision.target, decision.phase)
    if folder.is_dir():
        parts.append(told(f"Results: {folder}", console, "dim"))
    return Group(*parts) if parts else None


def listed(title: str, lines: Iterable[tuple[str, str]], console: Console) -> RenderableType:
    """A title and its lines, each with a hanging indent."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, max_width=34, overflow="ellipsis")
    grid.add_column(overflow="fold")
    for name, text in lines:
        grid.add_row(told(f"  {name}", console, "bold"), told(text, console))
    return Group(told(title, console, "bold"), grid, Text())


def verdict(finding: Finding, console: Console) -> Text:
    """Mark and word, so that neither colour nor the mark alone carries the meaning."""
    marks = PLAIN_MARKS if console.options.ascii_only else MARKS
    return Text(f"{marks[finding.verdict]} {finding.verdict.name}", style=COLOURS[finding.verdict])


def told(text: str, console: Console, style: str = "") -> Text:
    """*text* from anywhere, shown literally: no markup, no control characters, nothing the console cannot encode."""
    shown = clean(text)
    if console.options.ascii_only:
        shown = shown.encode("ascii", "replace").decode()
    return Text(shown, style=style)
