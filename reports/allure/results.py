"""Allure results of criteria without tests: load, monitor, drills and attestations, with their pictures."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reports.allure.steps import began, drill_of, steps_of
from reports.charts.chart import Plot
from reports.files import write_json
from reports.gauge import bound
from reports.markdown import Room, plain
from reports.text import visible
from reports.words import bounds, sample, short
from rollout.clean_text import unmarked
from rollout.evidence import Ledger
from rollout.judge.check_notes import everything_listed
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict

STATUS = {Verdict.MET: "passed", Verdict.UNPROVEN: "unknown", Verdict.BROKEN: "failed", Verdict.TRIGGERED: "failed"}
SEVERITY = {"attestation": "blocker", "ledger": "blocker"}
SHARED = {"ms": ("plot-latency", "plot-histogram", "plot-arrivals"), "%": ("plot-error-rate", "plot-arrivals")}
WHOLE = Room(4000, 0)
SIGNED = "signatures"  # the judge's unit of signed attestations
TESTS = "tests"  # the checks themselves write their results
STYLE_SHEET = Path(__file__).parents[1] / "templates" / "page.css"
COLOURS = re.compile(r":root \{(.*?)\}", re.DOTALL)


def write_results(decision: Decision, plots: Iterable[Plot], ledger: Ledger, folder: Path) -> None:
    """Write one result for each criterion that is not shown by tests; it replaces an older one."""
    every = list(plots)
    for finding in decision.findings:
        if finding.source != TESTS:
            pictures = [plot for plot in every if plot.id in ids_of(decision, finding)]
            write_result(decision, finding, pictures, ledger, folder)


def write_result(decision: Decision, finding: Finding, pictures: list[Plot], ledger: Ledger, folder: Path) -> None:
    """The result of one finding, and its pictures beside it."""
    name = identity(finding.id)
    attachments = []
    for plot in pictures:
        source = f"{identity(finding.id + plot.id)}-attachment.svg"
        (folder / source).write_text(alone(str(plot.svg)), encoding="utf-8")
        attachments.append({"name": f"{plot.title}: {plot.caption}", "source": source, "type": "image/svg+xml"})
    facts = result(decision, finding, attachments, name) | happened(decision, finding, ledger)
    write_json(folder / f"{name}-result.json", visible(facts) | {"description": description(finding)})


def alone(svg: str) -> str:
    """A picture of the page as a file of its own, with its colours and a white background."""
    colours = COLOURS.search(STYLE_SHEET.read_text(encoding="utf-8"))
    style = f"svg {{{colours[1] if colours else ''} background: #fff; }} text {{ font: 11px sans-serif; paint-order: stroke; }} .hint {{ fill: none; }}"
    if not svg.startswith("<svg"):
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 40"><text y="20">{re.sub("<[^>]*>", "", svg)}</text></svg>'
    head, _, rest = svg.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg">{"<style>"}{style}</style>{rest}'


def happened(decision: Decision, finding: Finding, ledger: Ledger) -> dict[str, Any]:
    """The steps of a finding, its start and stop in ms since the epoch: those of its drill, else the time of the decision."""
    drill = drill_of(finding, ledger)
    begin, end = (began(drill), drill.t) if drill else (decision.decided_at, decision.decided_at)
    return {"steps": steps_of(finding, ledger), "start": round(begin * 1000), "stop": round(end * 1000)}


def result(decision: Decision, finding: Finding, attachments: list[dict[str, str]], name: str) -> dict[str, Any]:
    """A finding in Allure's format, without its steps and times."""
    return {
        "uuid": name,
        "historyId": name,
        "testCaseId": name,
        "fullName": finding.id,
        "name": title(finding),
        "status": STATUS[finding.verdict],
        "statusDetails": {
            "message": f"{finding.verdict.name}: {finding.reason}",
            "trace": "\n".join(everything_listed(finding)),
        },
        "stage": "finished",
        "labels": [{"name": label, "value": value} for label, value in labels(decision, finding)],
        "parameters": [{"name": word, "value": text} for word, text in parameters(finding)],
        "attachments": attachments,
    }


def title(finding: Finding) -> str:
    """What holds and what was found, as a sentence like those of the checks; of signatures how many, since each is a step."""
    found = sample(finding) if finding.n_unit == SIGNED else finding.value
    return f"{finding.states[:1].upper()}{finding.states[1:]}: {found}"


def description(finding: Finding) -> str:
    """The facts as Markdown, which Allure renders; text of a target is escaped, so that it makes no pictures and links."""
    return "\n\n".join(f"**{word}**: {plain(text, WHOLE)}" for word, text in facts(finding))


def labels(decision: Decision, finding: Finding) -> Iterator[tuple[str, str]]:
    """Label and value: phase, criterion, sentence of the plan, and severity."""
    yield "epic", decision.title
    yield "feature", f"{short(decision, finding)}: {finding.states}"
    yield "story", unmarked(finding.sentence)
    worst = "blocker" if finding.trigger else SEVERITY.get(finding.source, "critical")
    yield "severity", "minor" if finding.advisory else worst
    yield "tag", finding.verdict.name
    yield "tag", finding.source


def parameters(finding: Finding) -> Iterator[tuple[str, str]]:
    """Name and value: the measured value, its limit and trigger, and the sample."""
    yield "value", finding.value
    if bounds(finding):
        yield "limit", bounds(finding).removeprefix("limit ")
    if finding.n_unit:
        yield "sample", sample(finding)


def facts(finding: Finding) -> Iterator[tuple[str, str]]:
    """The facts by which a reader can check the verdict."""
    told = {
        "Verdict": finding.verdict.name,
        "Why": finding.reason,
        "Next": finding.next,
        "What the sample supports": finding.bound,
        "What would change it": finding.margin,
        "Window": finding.window,
        "Evidence": ", ".join(finding.evidence),
    }
    return ((word, text) for word, text in told.items() if text)


def ids_of(decision: Decision, finding: Finding) -> set[str]:
    """The pictures about a finding, by their ids on the page."""
    name = short(decision, finding)
    unit = (finding.limit or "").rpartition(" ")[2]
    shared = SHARED.get(unit, ()) if finding.source == "load" and bound(finding.limit) is not None else ()
    own = ("plot", "plot-e-values", "plot-fired", "plot-drill", "plot-drills", "plot-losses")
    return {*(f"{kind}-{name}" for kind in own), *shared}


def identity(text: str) -> str:
    """A name that is equal in every run, so that Allure shows a history and no retries."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
