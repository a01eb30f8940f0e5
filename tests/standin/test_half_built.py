"""A backend that is deployed half built is told the truth about: docs/half-built.md is what a run says."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from rollout.embedded import booted
from rollout.evidence import read_ledger
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.plan import Plan, Source, load_plan
from rollout.target.settings import STATE_VARIABLE
from xcodereviewer.suite import SUITE

pytestmark = pytest.mark.stack

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `(?P<criterion>[\w-]+)` \| (?P<verdict>[A-Z]+) \| (?P<says>.+?) \| .+ \|$", re.MULTILINE)
COMMAND = (sys.executable, "-m", "pytest", *SUITE.tests, "-q", "-p", "no:cacheprovider")
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")


class Said(NamedTuple):
    """What the page says of one criterion."""

    verdict: str
    says: str


@pytest.fixture(scope="module")
def table() -> dict[str, Said]:
    """The table of the page, by criterion id without its phase."""
    text = (ROOT / "docs" / "half-built.md").read_text(encoding="utf-8")
    return {row["criterion"]: Said(row["verdict"], row["says"]) for row in ROW.finditer(text)}


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


@pytest.fixture(scope="module")
def findings(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """What the judge says about a half-built backend after smoke and integration, all phases together."""
    journals = tmp_path_factory.mktemp("journals")
    with booted(SUITE, os.getpid(), profile="half-built") as state:
        surroundings = {**os.environ, STATE_VARIABLE: str(Path(state["dir"]) / "state.json")}
        command = [*COMMAND, *SIDE_BY_SIDE, "--journals", str(journals)]
        subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, check=False)
    ledger = read_ledger([journals], release=state["version"])
    now = time.time()
    decisions = [
        decide(plan, phase.id, ledger, now, release=state["version"], window_s=None, prerequisites=())
        for phase in plan.phases
    ]
    return [finding for decision in decisions for finding in decision.findings]


def told(finding: Finding) -> str:
    """Everything that a finding says: its reason, each failing check and each cause."""
    failing = [f"{note.node}: {note.message}" for note in finding.failing]
    return "\n".join([finding.reason, *failing, *(f"{cause.text} {cause.way_out}" for cause in finding.causes)])


def agrees(finding: Finding, table: dict[str, Said]) -> bool:
    """Whether the page gives a finding its verdict, and a reason that it has."""
    said = table[finding.id.partition(".")[2]]
    return finding.verdict.name == said.verdict and said.says in told(finding)


def test_the_table_has_every_criterion_that_tests_prove(plan: Plan, table: dict[str, Said]) -> None:
    """
    And no other one.
    """
    assert set(table) == {criterion.id for criterion in plan.criteria if criterion.source is Source.TESTS}


def test_each_verdict_is_that_of_the_table(plan: Plan, table: dict[str, Said], findings: list[Finding]) -> None:
    """
    In every phase that has the criterion, and in the words of the page.
    """
    shown = [finding for finding in findings if finding.id.partition(".")[2] in table]
    assert {finding.id.partition(".")[2] for finding in shown} == set(table)
    other = [
        f"{finding.id}: {finding.verdict.name}: {told(finding)}" for finding in shown if not agrees(finding, table)
    ]
    assert not other, "\n\n".join(other)


def test_no_check_is_defective_on_it(findings: list[Finding]) -> None:
    """
    A missing page is met by every check without an error of its own.
    """
    assert [cause.text for finding in findings for cause in finding.causes if cause.kind == "defect"] == []


def test_nothing_that_waits_for_a_review_is_called_broken(findings: list[Finding]) -> None:
    """
    One broken workflow is one failing check, however many wait for it.
    """
    failing = {note.node for finding in findings for note in finding.failing if "no network" in note.message}
    assert failing == {"integration/test_reviews.py::test_a_review_runs_to_its_end"}
