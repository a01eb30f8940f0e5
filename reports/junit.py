"""decision.junit.xml: each criterion as a test case, for programs that read JUnit's format."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from reports.ages import foreign_words
from reports.files import write
from reports.headline import how_far, next_words, sentence
from reports.text import clean
from reports.words import bounds, sample, short, standing
from rollout.evidence import Ledger
from rollout.judge.check_notes import everything_listed
from rollout.judge.decision import Decision
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.values import as_moment


def render(decision: Decision, ledger: Ledger, folder: Path) -> Path:
    """Write `decision.junit.xml` to *folder*."""
    return write(folder / "decision.junit.xml", document(decision))


def document(decision: Decision) -> str:
    """The decision as one test suite; an unproven criterion is skipped, an advisory one fails nothing."""
    findings = [*decision.deciding, *(each for each in decision.findings if each.advisory)]
    at = datetime.fromtimestamp(decision.decided_at, UTC).isoformat(timespec="seconds")
    suite = ET.Element("testsuite", name=clean(f"{decision.title}: {decision.line}"), timestamp=at)
    failed = [each for each in decision.deciding if each.verdict >= Verdict.BROKEN]
    unproven = [each for each in findings if each not in failed and each.verdict is not Verdict.MET]
    suite.attrib |= {
        "tests": str(len(findings)),
        "failures": str(len(failed)),
        "errors": "0",
        "skipped": str(len(unproven)),
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in facts(decision):
        ET.SubElement(properties, "property", name=name, value=clean(value))
    for finding in findings:
        suite.append(case(decision, finding, finding in failed))
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def facts(decision: Decision) -> Iterator[tuple[str, str]]:
    """Name and value of the facts about the whole decision, equal in every machine format."""
    yield "decision", decision.line
    yield "exit_code", str(decision.exit_code)
    yield "why", sentence(decision)
    yield "next", next_words(decision)
    yield "how_far", how_far(decision)
    yield "target", decision.target
    yield "environment", decision.environment
    yield "release", decision.release
    yield "decided", as_moment(decision.decided_at)
    yield "plan", decision.plan
    yield from ((f"not_applicable.{name}", why) for name, why in decision.not_applicable.items())
    yield from ((f"before.{item.phase}", standing(item)) for item in decision.prerequisites)
    yield from ((f"journal.{name}", tail) for name, tail in decision.journals.items())


def case(decision: Decision, finding: Finding, failed: bool) -> ET.Element:
    """One criterion with its value, and its failure if any."""
    made = ET.Element("testcase", classname=decision.phase, name=clean(short(decision, finding)), time="0")
    if finding.verdict is not Verdict.MET:
        told = ET.SubElement(
            made, "failure" if failed else "skipped", message=clean(f"{finding.verdict.name}: {finding.reason}")
        )
        told.text = "\n".join(map(clean, details(finding)))
    ET.SubElement(made, "system-out").text = "\n".join(
        clean(f"{name}: {told}") for name, told in measured(decision, finding)
    )
    return made


def measured(decision: Decision, finding: Finding) -> Iterator[tuple[str, str]]:
    """Name and value of a criterion's sentence, value, limit, reason and age of the evidence."""
    told = {
        "states": finding.states,
        "value": finding.value,
        "limits": bounds(finding),
        "sample": sample(finding),
        "why": finding.reason,
        "margin": finding.margin,
        "age": foreign_words(decision, finding),
        "next": finding.next,
    }
    return ((name, text) for name, text in told.items() if text)


def details(finding: Finding) -> Iterator[str]:
    """Everything that a finding lists, and the next step."""
    yield from everything_listed(finding)
    if finding.next:
        yield f"next: {finding.next}"
