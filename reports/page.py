"""decision.html: one self-contained file, readable on a phone and fit for an archive."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import words
from reports.ages import age
from reports.charts import PICTURES, Gallery
from reports.files import write
from reports.gauge import gauge
from reports.headline import how_far, next_step, on_target, sentence
from reports.planned import WayBack, plan_of, way_back
from reports.text import clean, clipped, counted
from rollout.evidence import JournalState, Ledger, Run, producer_name
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.integrity import OPEN
from rollout.judge.scenarios import headings
from rollout.judge.verdict import Verdict
from rollout.values import as_moment

TEMPLATES = Path(__file__).parent / "templates"
STATES = {
    JournalState.COMPLETE: "complete",
    JournalState.TORN: "without its end",
    JournalState.OPEN: "open",
    JournalState.UNREAD: "of another release",
    JournalState.FORGED: "spoiled",
    JournalState.UNREADABLE: "unreadable",
}
ALLURE = "allure-report/index.html"
MOST_NAMES = 60  # rows of a table that is unfolded by default
MOST_OF_LINE = 240  # characters of the decision in one line; what qualifies it is whole further down
MOST_OPEN = 5  # cards unfolded by default; more would hide the parts below
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render(decision: Decision, ledger: Ledger, folder: Path) -> Path:
    """Write `decision.html` to *folder*."""
    return write(folder / "decision.html", page(decision, ledger, (folder / ALLURE).is_file()))


def page(decision: Decision, ledger: Ledger, beside: bool = False) -> str:
    """The whole page as text; with *beside* it links to Allure's page in the same folder."""
    return environment().get_template("page.html").render(**facts(decision, ledger, beside))


@cache
def environment() -> Environment:
    """The environment of the templates: it removes control characters, escapes all text, and refuses unknown names."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "quoted": words.quoted,
        "moment": as_moment,
        "bounds": words.bounds,
        "standing": words.standing,
        "counted": counted,
        "short": short,
        "gauge": gauge,
        "age": age,
        "on_target": on_target,
    }
    return found


def visible(value: Any) -> Any:
    """Text without control characters; markup stays unchanged."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else clean(value)


def facts(decision: Decision, ledger: Ledger, beside: bool) -> dict[str, Any]:
    """The variables of the template."""
    plan = plan_of(decision)
    pictures, back = PICTURES.of(decision, ledger, plan), way_back(decision, plan)
    return {
        "decision": decision,
        "policy": POLICY,
        "most_open": MOST_OPEN,
        "most_names": MOST_NAMES,
        "style": Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
        "line": clipped(decision.line, MOST_OF_LINE),
        "sentence": sentence(decision),
        "next_step": next_step(decision, plan),
        "how_far": how_far(decision),
        "failing": [finding for finding in decision.deciding if finding.verdict is not Verdict.MET],
        "met": [finding for finding in decision.deciding if finding.verdict is Verdict.MET],
        "advisory": [finding for finding in decision.findings if finding.advisory],
        "word": "GO by override" if decision.overridden else str(decision.outcome),
        "tone": "HOLD" if decision.overridden else str(decision.outcome),
        "way_back": back,
        "links": links(decision, pictures, back, beside),
        "plots": pictures.plots,
        "names": pictures.names,
        "scenarios": pictures.scenarios,
        "headings": headings(pictures.scenarios),
        "not_drawn": pictures.missing,
        "tally": tally(decision.deciding),
        "marks": words.MARKS,
        "journals": journals(decision, ledger),
    }


def links(decision: Decision, pictures: Gallery, back: WayBack | None, beside: bool) -> list[tuple[str, str]]:
    """(address, words) of the parts that exist on the page, and of Allure's page if *beside* is True."""
    advisory = sum(finding.advisory for finding in decision.findings)
    found = [
        ("#rollback", "How to roll back", back),
        ("#criteria", counted(len(decision.deciding), "criterion"), True),
        ("#pictures", "Pictures", pictures.plots),
        ("#scenarios", "Scenarios", pictures.scenarios),
        ("#names", "Requests by name", pictures.names),
        ("#advisory", f"{advisory} advisory", advisory),
        ("#not-applicable", f"{len(decision.not_applicable)} not applicable", decision.not_applicable),
        ("#before", "Phases before", decision.prerequisites),
        ("#evidence", counted(len(decision.journals), "journal"), True),
        ("#everything", "Everything, for print", True),
        ("decision.md", "Markdown", True),
        ("decision.json", "JSON", True),
        (ALLURE, "Allure", beside),
    ]
    return [(place, words) for place, words, there in found if there]


def tally(findings: tuple[Finding, ...]) -> list[tuple[Verdict, int]]:
    """The count of each verdict that occurs, worst first."""
    counts = [(verdict, sum(finding.verdict is verdict for finding in findings)) for verdict in reversed(Verdict)]
    return [(verdict, count) for verdict, count in counts if count]


@dataclass(frozen=True)
class JournalRow:
    """One judged journal, and whether it is unchanged since."""

    name: str
    producer: str
    state: str
    records: int
    tail: str


def journals(decision: Decision, ledger: Ledger) -> list[JournalRow]:
    """Every journal of the decision."""
    runs = {run.path.stem: run for run in ledger.runs}
    return [journal_row(name, tail, runs.get(name)) for name, tail in decision.journals.items()]


def journal_row(name: str, tail: str, run: Run | None) -> JournalRow:
    """The current state of one journal."""
    if run is None:
        return JournalRow(name, producer_name(Path(f"{name}.jsonl")), "not at hand", 0, tail)
    state = STATES[run.state] if tail in (run.tail, OPEN) else "changed since"
    return JournalRow(name, run.producer, state, run.count, tail)


def short(name: str, decision: Decision) -> str:
    """A criterion's id without its phase."""
    return name.removeprefix(f"{decision.phase}.")
