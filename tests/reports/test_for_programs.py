"""The same facts for programs: JUnit XML and CTRF say what the page says."""

import io
import json
import xml.etree.ElementTree as ET
from datetime import datetime
from pathlib import Path

import pytest

from reports import ctrf, junit, markdown
from reports.headline import how_far, sentence
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.finding import CheckNote
from rollout.judge.verdict import Verdict
from tests.reports.samples import decision, finding, full_decision

NOTES = tuple(CheckNote(node=f"smoke/test_a.py::test_{number}", message="got 500, want 200") for number in range(9))


def suite(made: Decision, folder: Path) -> ET.Element:
    """The suite as another program reads it."""
    return ET.parse(junit.render(made, Ledger(), folder)).getroot()


def results(made: Decision, folder: Path) -> dict[str, object]:
    """The CTRF results as another program reads them."""
    found: dict[str, object] = json.loads(ctrf.render(made, Ledger(), folder).read_text(encoding="utf-8"))["results"]
    return found


def test_both_say_what_was_decided_and_why(tmp_path: Path) -> None:
    """
    Line, exit code, sentence and how far off it is.
    """
    made = full_decision()
    told = {each.get("name"): each.get("value") for each in suite(made, tmp_path).iter("property")}
    wanted = {"decision": made.line, "exit_code": "40", "why": sentence(made), "how_far": how_far(made)}
    assert wanted.items() <= told.items()
    environment = results(made, tmp_path)["environment"]
    assert environment == {"extra": told}


def test_both_know_every_fact_of_the_pull_request(tmp_path: Path) -> None:
    """
    What is left out and why, the phases before, the journals; of each criterion value, limit, sample, reason and margin.
    """
    made = full_decision()
    told = {each.get("name"): each.get("value") for each in suite(made, tmp_path).iter("property")}
    wanted = {
        "not_applicable.phase1.certificates-installed": "the embedded target serves plain HTTP",
        "before.predeploy": "no evidence about release 2.0.0",
        "journal.20261123T115800.000001Z-pytest-0badcafe": "ab" * 32,
    }
    assert wanted.items() <= told.items()
    comment = markdown.render(made, Ledger(), tmp_path).read_text(encoding="utf-8")
    cases = {each.get("name"): each.findtext("system-out") or "" for each in suite(made, tmp_path).iter("testcase")}
    tests = {each["name"]: each["extra"] for each in json.loads(json.dumps(results(made, tmp_path)))["tests"]}
    for each in made.findings:
        for fact in filter(None, (each.value, each.reason, each.margin, f"{each.n:,} {each.n_unit}")):
            name = each.id.partition(".")[2]
            assert markdown.plain(fact, markdown.ROOMS[0]) in comment
            assert fact in cases[name]
            assert fact in tests[name].values()


def test_the_counts_are_those_of_the_verdicts(tmp_path: Path) -> None:
    """
    One failed, one not proven, and advice that fails nothing.
    """
    root = suite(full_decision(), tmp_path)
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("5", "1", "2")
    assert len(root.findall(".//failure")) == 1
    summary = results(full_decision(), tmp_path)["summary"]
    assert isinstance(summary, dict)
    assert (summary["passed"], summary["failed"], summary["pending"], summary["other"]) == (2, 1, 1, 1)


def test_every_failing_check_is_told(tmp_path: Path) -> None:
    """
    All nine, with the next step.
    """
    made = decision(finding("x", Verdict.BROKEN, failing=NOTES))
    failure = suite(made, tmp_path).find(".//failure")
    assert failure is not None
    assert failure.text is not None
    assert failure.text.count("got 500, want 200") == 9
    assert failure.text.endswith("next: look at the service named in the finding")


@pytest.mark.parametrize("hostile", ["\x00\x1b[31m", "]]><x/>", "\ud800", '"&<'])
def test_hostile_text_stays_text(hostile: str, tmp_path: Path) -> None:
    """
    What a target said breaks neither XML nor JSON.
    """
    made = decision(finding("x", Verdict.BROKEN, reason=hostile, value=hostile, states=f"{hostile} holds"))
    assert suite(made, tmp_path).tag == "testsuite"
    assert results(made, tmp_path)["tests"]


def test_the_schema_of_junit_knows_every_element(tmp_path: Path) -> None:
    """
    Only elements that readers of this format expect.
    """
    text = junit.render(full_decision(), Ledger(), tmp_path).read_text(encoding="utf-8")
    tags = {element.tag for _, element in ET.iterparse(io.BytesIO(text.encode()))}
    assert tags == {"testsuite", "properties", "property", "testcase", "failure", "skipped", "system-out"}


def test_the_time_of_a_suite_is_one_that_programs_read(tmp_path: Path) -> None:
    """
    JUnit's format has ISO 8601: the moment of the decision, to the second.
    """
    made = full_decision()
    read = datetime.fromisoformat(suite(made, tmp_path).attrib["timestamp"])
    assert (read.timestamp(), "T" in suite(made, tmp_path).attrib["timestamp"]) == (int(made.decided_at), True)


def test_the_pull_request_knows_the_environment_and_the_exit_code(tmp_path: Path) -> None:
    """
    As the other reports do.
    """
    made = full_decision()
    comment = markdown.render(made, Ledger(), tmp_path).read_text(encoding="utf-8")
    assert f"({made.environment}), release" in comment
    assert f"exit code {made.exit_code}" in comment
