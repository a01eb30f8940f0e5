"""A backend that is deployed half built is told the truth about: docs/half-built.md is what a run says."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from rollout.embedded import booted
from rollout.evidence import read_ledger
from rollout.judge.decide import decide
from rollout.judge.finding import Case, Finding
from rollout.judge.verdict import Verdict
from rollout.metrics import MetricKind
from rollout.plan import Criterion, EvidenceSource, Plan, load_plan
from rollout.readiness import Lack, lacks
from rollout.target.settings import STATE_VARIABLE
from xcodereviewer.suite import SUITE

pytestmark = pytest.mark.stack

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "half-built.md"
MEASURED = "## What load and watch say"
WINDOW_S = 20.0
ROW = re.compile(r"^\| `(?P<criterion>[\w-]+)` \| (?P<verdict>[A-Z]+) \| (?P<says>.+?) \| .+ \|$", re.MULTILINE)
COMMAND = (sys.executable, "-m", "pytest", *SUITE.tests, "-q", "-p", "no:cacheprovider")
LOAD = (sys.executable, "-m", "locust", "-f", SUITE.locustfile, "--headless")
WATCH = (sys.executable, "-m", "rollout", "watch")
WINDOW = ("--for", f"{WINDOW_S:g}s", "--every", "1s", "--no-decision")
LOADED = ("phase1", "predeploy")
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")


class Said(NamedTuple):
    """What the page says of one criterion."""

    verdict: str
    says: str


@pytest.fixture(scope="module")
def table() -> dict[str, Said]:
    """The table of what tests say, by criterion id without its phase."""
    return table_in(PAGE.read_text(encoding="utf-8").partition(MEASURED)[0])


@pytest.fixture(scope="module")
def measured() -> dict[str, Said]:
    """The table of what load and watch say."""
    return table_in(PAGE.read_text(encoding="utf-8").partition(MEASURED)[2])


def table_in(text: str) -> dict[str, Said]:
    """The rows of a table, by criterion id without its phase."""
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


@pytest.fixture(scope="module")
def seen(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """
    What the judge says after the loads of phase 1, beside a watch, and of predeploy, and a watch at each step of users.

    What the target lacks for later phases comes before what those say without a load.
    """
    journals = tmp_path_factory.mktemp("journals")
    steps = [(each.phases[0], "--step", each.step) for each in plan.criteria if each.step and is_about_watching(each)]
    with booted(SUITE, os.getpid(), profile="half-built") as state:
        surroundings = {**os.environ, STATE_VARIABLE: str(Path(state["dir"]) / "state.json")}
        side_by_side([(*WATCH, "phase1", *WINDOW), (*LOAD, "--phase", "phase1")], journals, surroundings)
        side_by_side([(*LOAD, "--phase", "predeploy")], journals, surroundings)
        side_by_side([(*WATCH, *step, *WINDOW) for step in steps], journals, surroundings)
        lacking = lacks(plan, SUITE.target_of(state))
    later = dict.fromkeys(phase for phase, *_ in steps)
    lacks_there = (unproven(plan, lack) for lack in lacking if lack.criterion.startswith("phase3."))
    release = state["version"]
    return [*rehearsed(plan, LOADED, journals, release), *lacks_there, *rehearsed(plan, later, journals, release)]


def rehearsed(plan: Plan, phases: Iterable[str], journals: Path, release: str) -> list[Finding]:
    """What the judge says of *phases*, whose windows are those of a rehearsal."""
    ledger, now = read_ledger([journals], release=release), time.time()
    decisions = [
        decide(plan, phase, ledger, now, release=release, window_s=WINDOW_S, prerequisites=()) for phase in phases
    ]
    return [finding for decision in decisions for finding in decision.findings]


def is_about_watching(criterion: Criterion) -> bool:
    """Whether a criterion is about the time that was watched."""
    return criterion.metric is not None and criterion.measured.kind is MetricKind.COVERAGE


def side_by_side(commands: list[tuple[str, ...]], journals: Path, surroundings: dict[str, str]) -> None:
    """Run *commands* at the same time, each to its end."""
    common, unheard = ("--journals", str(journals)), subprocess.DEVNULL
    running = [
        subprocess.Popen([*command, *common], cwd=ROOT, env=surroundings, stdout=unheard, stderr=unheard)
        for command in commands
    ]
    for process in running:
        process.wait()


def unproven(plan: Plan, lack: Lack) -> Finding:
    """What a criterion says that lacks a setting: it is never asked."""
    case = Case(plan.criterion(lack.criterion), plan.phase("phase3"), (), 0.0)
    return case.finding(Verdict.UNPROVEN, f"{lack.why}: {lack.way_out}", "not measured")


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
    assert set(table) == {criterion.id for criterion in plan.criteria if criterion.source is EvidenceSource.TESTS}


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


@pytest.mark.slow
def test_what_is_measured_has_the_verdicts_of_its_table(
    plan: Plan, measured: dict[str, Said], seen: list[Finding]
) -> None:
    """
    Each criterion about load, watched levels and watched time, in the words of the page.
    """
    assert set(measured) == {
        each.id for each in plan.criteria if each.source in (EvidenceSource.LOAD, EvidenceSource.METRIC)
    }
    shown = {finding.id.partition(".")[2]: finding for finding in reversed(seen)}
    other = [f"{name}: {told(shown[name])}" for name in measured if not agrees(shown[name], measured)]
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
