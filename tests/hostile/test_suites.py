"""The suites against servers that are no backend: every surprise a finding, never a crash, and an end in time."""

import re
from pathlib import Path

import pytest

from rollout.evidence import JournalState
from rollout.judge.decide import decide
from rollout.judge.verdict import Outcome
from rollout.plan import load_plan
from tests.hostile.moods import QUICK, SLOW, always, elsewhere
from tests.hostile.server import Mood, hostile_server
from tests.hostile.suite import Result, run_suite

pytestmark = pytest.mark.slow
SMOKE = ("smoke", "-m", "predeploy or phase1", "-k", "not celery_worker")  # its client takes seconds to give up
FEW = ("smoke/test_health.py", "smoke/test_headers.py", "smoke/test_configuration.py")
PHASES = ("predeploy", "phase1")
QUICK_S, SLOW_S = 120, 400
MOST_MB = 400
CRASH = re.compile(
    r"^(?!AssertionError|Failed|rollout\.target\.http\.NoAnswer)[\w.]*(Error|Exception|Exit|Interrupt)\b"
)


@pytest.mark.parametrize("name", QUICK)
def test_a_hostile_answer_is_a_finding(name: str, tmp_path: Path) -> None:
    """
    Every check ends with what was got and wanted, and time and memory stay small. The services are not healthy; where no
    backend answers at all, nothing else is known.
    """
    result = against(QUICK[name], tmp_path, SMOKE, QUICK_S)
    expect_findings(result)
    before, healthy = (outcome(result, phase) for phase in PHASES)
    assert healthy is Outcome.NO_GO
    assert before in (Outcome.HOLD, Outcome.NO_GO)


@pytest.mark.parametrize("name", ["dripping headers", "silence"])
def test_an_answer_without_end_is_a_finding(name: str, tmp_path: Path) -> None:
    """
    A server that never finishes its answers costs minutes at most.
    """
    expect_findings(against(SLOW[name], tmp_path, FEW, SLOW_S))


def test_credentials_go_nowhere_else(tmp_path: Path) -> None:
    """
    A server that sends everybody to another host leads nobody there.
    """
    with hostile_server(always("200 OK", b"{}")) as there:
        expect_findings(against(elsewhere(there.address), tmp_path, SMOKE, QUICK_S))
    assert there.seen == []


def against(mood: Mood, folder: Path, arguments: tuple[str, ...], within: float) -> Result:
    """A run of *arguments* against a server in that *mood*."""
    with hostile_server(mood) as server:
        return run_suite(folder, server.port, *arguments, within=within)


def expect_findings(result: Result) -> None:
    """The run ended by itself and in time, its journals are whole, and each complaint is one line of got and wanted."""
    assert result.exit_code == pytest.ExitCode.TESTS_FAILED, result.output[-3000:]
    assert "INTERNALERROR" not in result.output
    assert {run.state for run in result.ledger.runs} == {JournalState.COMPLETE}
    assert result.peak_mb < MOST_MB
    bad = [record for record in result.outcomes() if record.outcome in ("failed", "error")]
    assert bad
    poor = {record.node: record.message for record in bad if not is_finding(record.message)}
    assert poor == {}


def is_finding(message: str) -> bool:
    """Whether a complaint tells what was wrong instead of how the check broke."""
    return not CRASH.match(message) and len(message) > len("assert False") and "\n" not in message


def outcome(result: Result, phase: str) -> Outcome:
    """The decision about *phase* from what the run left."""
    now = max(run.records[-1].t for run in result.ledger.runs)
    return decide(load_plan(), phase, result.ledger, now).outcome
