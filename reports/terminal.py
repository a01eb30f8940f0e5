"""The decision on a terminal: readable in 80 columns and without colour, safe for hostile text in the evidence."""

from collections.abc import Iterable, Iterator
from textwrap import shorten

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reports.ages import foreign_words
from reports.headline import how_far, next_words, sentence
from reports.text import clean, clipped, counted
from reports.words import MARKS, PLAIN_MARKS, bounds, sample, short, standing
from rollout.judge.check_notes import short as check_name
from rollout.judge.check_notes import told as cause_told
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import Outcome, Verdict
from rollout.project import current_project
from rollout.values import as_moment

COLOURS = {Verdict.MET: "green", Verdict.UNPROVEN: "yellow", Verdict.BROKEN: "red", Verdict.TRIGGERED: "bold magenta"}
BANNERS = {Outcome.GO: "green", Outcome.HOLD: "yellow", Outcome.NO_GO: "red", Outcome.ROLLBACK: "magenta"}
WIDEST = 110  # longer lines are hard to read
MOST_CHECKS, MOST_CHARACTERS = 4, 300  # of one criterion, unless *verbose*


def show(decision: Decision, console: Console, verbose: bool = False) -> None:
    """
    Print *decision*: the outcome, its reason, the next step, then every criterion, worst first.

    A MET criterion takes one line; with *verbose* nothing is folded or cut.
    """
    width = min(console.width, WIDEST)
    for part in Sheet(decision, width, console.options.ascii_only, verbose).parts():
        console.print(part, width=width)


class Sheet:
    """The output about one decision, in lines of *width* characters."""

    def __init__(self, decision: Decision, width: int, ascii_only: bool, verbose: bool) -> None:
        self.decision = decision
        self.width = width
        self.ascii_only = ascii_only
        self.verbose = verbose

    def parts(self) -> Iterator[RenderableType]:
        """All parts, from the decision to the paths of the results."""
        advisory = [finding for finding in self.decision.findings if finding.advisory]
        yield from self.headline()
        yield from self.findings(list(self.decision.deciding), "met")
        if advisory:
            yield self.told("\nAdvisory, decides nothing:", "bold")
            yield from self.findings(sorted(advisory, key=lambda each: -each.verdict), "advisory and met")
        yield from self.beside()

    def headline(self) -> Iterator[RenderableType]:
        """The decision with its sentence, next step and distance, and its phase, release and target."""
        made = self.decision
        colour = "yellow" if made.overridden else BANNERS[made.outcome]
        yield self.told(made.title, "bold")
        yield self.told(made.line, f"bold {colour}")
        yield self.told(sentence(made))
        yield self.rows([("Next:", next_words(made)), ("How far:", how_far(made))])
        about = f"{made.target} ({made.environment}), release {made.release}, {as_moment(made.decided_at)}"
        yield self.told(about, "dim")

    def findings(self, findings: list[Finding], folded: str) -> Iterator[RenderableType]:
        """Unmet findings in full, then MET ones in a line each, or all in full with *verbose*."""
        for finding in findings:
            if self.verbose or finding.verdict is not Verdict.MET:
                yield self.block(finding)
        met = [finding for finding in findings if finding.verdict is Verdict.MET]
        if met and not self.verbose:
            yield self.told(f"\n{len(met)} {folded}:", "bold")
            yield self.lines(met)

    def block(self, finding: Finding) -> RenderableType:
        """One criterion in full."""
        lines = [self.told(line) for line in self.facts(finding)]
        name = self.told(short(self.decision, finding), "bold")
        step = [self.told(f"next: {finding.next}", "bold")] if finding.next else []
        grid = self.grid(11)
        grid.add_row(self.verdict(finding), Group(name, *lines, *step))
        return Padding(grid, (1, 0, 0, 0))

    def facts(self, finding: Finding) -> Iterator[str]:
        """The sentence, value and limit of a criterion, the reason of its verdict, and each failed check."""
        yield self.cut(finding.states)
        yield self.cut("; ".join(filter(None, (finding.value, bounds(finding), sample(finding)))))
        yield self.cut("; ".join(filter(None, (finding.reason, finding.margin, foreign_words(self.decision, finding)))))
        failed = [f"- {check_name(note.node)}: {note.message}" for note in finding.failing]
        every = [*failed, *(f"- {cause_told(cause, whole=self.verbose)}" for cause in finding.causes)]
        every = [*(every if len(every) > 1 else []), *(f"- {each}" for each in finding.listed)]
        if every:
            most = len(every) if self.verbose else MOST_CHECKS
            yield from map(self.cut, every[:most])
            if len(every) > most:
                yield f"- and {len(every) - most} more: see decision.html, or --verbose"

    def cut(self, text: str) -> str:
        """A text, cut to its permitted length."""
        return text if self.verbose else clipped(text, MOST_CHARACTERS)

    def lines(self, findings: list[Finding]) -> RenderableType:
        """MET findings, a line each: name and value, cut between words."""
        names = [clean(short(self.decision, finding)) for finding in findings]
        widest = min(max(map(len, names)), self.width // 2)
        grid = self.grid(widest + 2)
        for name, finding in zip(names, findings, strict=True):
            value = clean("; ".join(filter(None, (finding.value, bounds(finding)))))
            room = self.width - widest - 4
            mark = self.verdict(finding, mark_only=True)
            grid.add_row(
                Text.assemble(mark, f" {shorten(name, widest, placeholder='…')}"), self.told(line(value, room))
            )
            if old := foreign_words(self.decision, finding):
                grid.add_row("", self.told(old, "dim"))
        return grid

    def beside(self) -> Iterator[RenderableType]:
        """The waived criteria, the phases before, and the paths of the results."""
        made = self.decision
        if made.not_applicable:
            yield self.told(f"\n{counted(len(made.not_applicable), 'criterion')} not applicable here:", "bold")
            yield self.rows([(name, self.cut(why)) for name, why in made.not_applicable.items()])
        if made.prerequisites:
            yield self.told("\nPhases before this one:", "bold")
            yield self.rows([(item.phase, standing(item)) for item in made.prerequisites])
        folder = current_project().phase_folder(made.target, made.phase)
        if folder.is_dir():
            yield self.told(f"\nResults: {folder}", "dim")

    def rows(self, rows: Iterable[tuple[str, str]]) -> RenderableType:
        """Names and texts with a hanging indent."""
        every = list(rows)
        grid = self.grid(min(max(len(clean(name)) for name, _ in every), self.width // 2))
        for name, text in every:
            grid.add_row(self.told(name, "bold"), self.told(text))
        return grid

    def grid(self, first: int) -> Table:
        """Two columns, the first one *first* characters wide."""
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(width=first, overflow="fold")
        grid.add_column(overflow="fold")
        return grid

    def verdict(self, finding: Finding, mark_only: bool = False) -> Text:
        """The mark and the word of a verdict, so that the meaning depends neither on colour nor on the mark alone."""
        mark = (PLAIN_MARKS if self.ascii_only else MARKS)[finding.verdict]
        return Text(mark if mark_only else f"{mark} {finding.verdict.name}", style=COLOURS[finding.verdict])

    def told(self, text: str, style: str = "") -> Text:
        """*text* shown literally, without markup, control characters and characters that the console cannot encode."""
        shown = "\n" * text.startswith("\n") + clean(text).strip()
        return Text(shown.encode("ascii", "replace").decode() if self.ascii_only else shown, style=style)


def line(text: str, room: int) -> str:
    """*text* on one line of *room* characters, cut between words if possible."""
    found = shorten(text, room, placeholder=" …")
    return found if found != "…" else clipped(text, room)
