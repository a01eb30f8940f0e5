"""What a worker runs: as little as shows every criterion, and judged from what was left."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from rollout.evidence import Journal, Origin, read_ledger
from rollout.evidence.records import TestOutcome, TestsCollected, TestStatus
from rollout.judge.verdict import Verdict
from rollout.plan import Criterion, EvidenceSource, Plan, load_plan
from rollout.prove import proof_worker as module
from rollout.prove.experiment import durations, expected_of
from rollout.prove.proof import Cell, FaultRow, beyond_an_experiment, checkable
from rollout.prove.proof_worker import ProofWorker, drills, load_phases, run, steps_to_watch, watches
from rollout.prove.runner import SpareTime
from rollout.prove.trial import stable
from tests.judge.ledgers import PLAN as SMALL
from tests.prove.fake_workers import LOADED, SAMPLED, TESTED, fault

ROOT = Path(__file__).parents[2]
RELEASE = "2.0.0"
ECHO = "import sys\nfor line in sys.stdin: print(0, flush=True); print(line, end='', file=sys.stderr, flush=True)"


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The real plan."""
    return load_plan()


def of(plan: Plan, *sources: EvidenceSource) -> list[Criterion]:
    """The criteria of these sources."""
    return [criterion for criterion in checkable(plan) if criterion.source in sources]


@dataclass
class Looked:
    """A worker whose producers only leave one journal, and what they were asked."""

    worker: ProofWorker
    stages: list[list[list[str]]]
    tests: list[list[str]]


@pytest.fixture
def looked(plan: Plan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Looked:
    """A worker without a stand-in."""
    made = Looked(ProofWorker(plan, {"dir": str(tmp_path), "version": RELEASE}, cast(Any, None)), [], [])

    def tested(_: ProofWorker, arguments: list[str], needed: object, longest_s: float) -> None:
        made.tests.append(arguments)
        leave(Path(arguments[arguments.index("--journals") + 1]), plan)

    monkeypatch.setattr(ProofWorker, "test", tested)
    monkeypatch.setattr(module, "run", lambda stage, common, surroundings: made.stages.append(stage))
    return made


def leave(folder: Path, plan: Plan) -> None:
    """A whole journal in which the one test of services-healthy failed."""
    facts = {"producer": "pytest", "phase": "phase1", "target": "standin", "environment": "standin"}
    about = Origin.model_validate({**facts, "release": RELEASE, "plan": "p"})
    node = "smoke/test_health.py::test_it"
    with Journal(folder, about, checks={f"phase1.{TESTED}": [node]}) as journal:
        criteria = (f"phase1.{TESTED}",)
        journal.append(TestOutcome(node=node, criteria=criteria, outcome="failed", duration_s=0.5, message="got 500"))
        journal.append(TestsCollected(nodes={criteria[0]: (node,)}))


def test_a_look_judges_what_the_tests_left(looked: Looked, tmp_path: Path) -> None:
    """
    Needed tests come before those there is only time for; the verdict is the judge's.
    """
    found = looked.worker.look([TESTED], ["smoke/test_a.py::test_a"], tmp_path, ["smoke/test_b.py::test_b"])
    assert found[f"phase1.{TESTED}"].verdict is Verdict.BROKEN
    assert looked.tests[0][:2] == ["smoke/test_a.py::test_a", "smoke/test_b.py::test_b"]
    assert looked.tests[0][-4:] == ["--parent", "proof", "--journals", str(tmp_path / "journals")]


def test_a_look_at_samples_watches_and_one_at_load_runs_load(looked: Looked, tmp_path: Path) -> None:
    """
    Nothing is run that no criterion asked for needs.
    """
    looked.worker.look([TESTED], ["smoke/test_a.py::test_a"], tmp_path)
    assert [stage for stage in looked.stages if stage] == []
    looked.worker.look([SAMPLED, LOADED], [], tmp_path)
    watch, load = [stage for stage in looked.stages if stage]
    assert watch[0][2:5] == ["rollout", "watch", "phase1"]
    assert load[0][2] == "locust"


def test_the_load_of_a_proof_is_the_plan_with_a_shorter_one(looked: Looked, tmp_path: Path, plan: Plan) -> None:
    """
    The shortened plan is valid, and asks the same of every criterion.
    """
    short = load_plan(looked.worker.plan_with_short_load(tmp_path))
    assert short.criteria == plan.criteria
    loads = [phase.load for phase in short.phases if phase.load]
    assert {load.hold for load in loads} == {14.0}
    assert {each.actions_per_minute for load in loads for each in load.scenarios.values()} == {None, 24}


def test_few_loads_show_every_criterion_on_load(plan: Plan) -> None:
    """
    Each criterion that a short load can show is in one of the phases.
    """
    asked = of(plan, EvidenceSource.LOAD)
    chosen = load_phases(plan, asked)
    assert all(set(chosen) & set(criterion.phases) for criterion in asked)
    assert len(chosen) == len(set(chosen)) < len(plan.phases)
    assert load_phases(plan, []) == []


def test_a_drill_is_carried_out_on_its_own(plan: Plan) -> None:
    """
    Two at once would disturb each other; what no installed drill shows cannot be proven, and nothing of it is tried.
    """
    shown = [criterion for criterion in checkable(plan) if criterion.source is EvidenceSource.DRILL]
    stages = list(drills(shown))
    assert "restore" in [command[-1] for stage in stages for command in stage]
    assert all(len(stage) == 1 for stage in stages)
    assert beyond_an_experiment(SMALL)["drilled"] == "no drill is installed that shows it"


def test_every_step_is_watched_once(plan: Plan) -> None:
    """
    Criteria of the same step share one monitor.
    """
    steps = steps_to_watch(plan, of(plan, EvidenceSource.METRIC))
    assert len(steps) == len(set(steps))
    assert all(step in {each.id for each in plan.phase(phase).steps} for phase, step in steps)


def test_a_monitor_that_is_cut_short_watches_half_as_long(plan: Plan) -> None:
    """
    That is how its death looks.
    """
    whole, half = (watches(plan, of(plan, EvidenceSource.METRIC), cut_short)[0] for cut_short in (False, True))
    assert (whole[whole.index("--for") + 1], half[half.index("--for") + 1]) == ("12.0s", "6.0s")


def test_the_producers_of_a_stage_run_side_by_side_to_their_end(tmp_path: Path) -> None:
    """
    Each gets the common options and the environment; what they exit with does not matter.
    """
    script = 'touch "$OUT/$2"; while ! [ -e "$OUT/$1" ]; do sleep 0.01; done; exit 7'
    stage = [["sh", "-c", script, "sh", "a", "b"], ["sh", "-c", script, "sh", "b", "a"]]
    run(stage, ["--common"], {**os.environ, "OUT": str(tmp_path)})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_a_producer_that_never_ends_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A stage has a time after which nobody waits.
    """
    monkeypatch.setattr(module, "STAGE_S", 0.1)
    run([["sh", "-c", "exec sleep 600", "sh"]], [], dict(os.environ))


def test_the_last_words_of_a_producer_that_broke_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    """
    A load that left no journal looks like one that nobody began.
    """
    run([["sh", "-c", "echo first; echo the disk is full >&2; exit 70"], ["sh", "-c", "exit 20"]], [], dict(os.environ))
    assert capfd.readouterr().err.endswith("ended with 70: the disk is full\n")


def test_a_call_tells_the_runner_what_is_needed_and_for_how_long(plan: Plan) -> None:
    """
    One line of JSON there, one line back.
    """
    command = [sys.executable, "-c", ECHO]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as runner:
        assert runner.stderr is not None
        ProofWorker(plan, {}, runner).test(["a", "-q"], needed=["a"], longest_s=3.0)
        call = json.loads(runner.stderr.readline())
        runner.kill()
    assert call == {"arguments": ["a", "-q"], "needed": ["a"], "spare_s": module.SPARE_S, "longest_s": 3.0}


def test_a_runner_that_died_is_told(plan: Plan) -> None:
    """
    Silence is not taken for a result.
    """
    command = [sys.executable, "-c", "input()"]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as runner,
        pytest.raises(RuntimeError, match="the process that runs the tests died"),
    ):
        ProofWorker(plan, {}, runner).test([], needed=[], longest_s=3.0)


@pytest.mark.stack
def test_the_runner_runs_each_call_in_a_process_of_its_own(tmp_path: Path) -> None:
    """
    What one call leaves behind, the next one does not see; the answer is pytest's exit code.
    """
    tests = {
        "good": "import json\ndef test_it(): assert not hasattr(json, 'seen'); json.seen = 1",
        "bad": "def test_it(): assert 0",
    }
    for name, text in tests.items():
        (tmp_path / f"test_{name}.py").write_text(text, encoding="utf-8")
    common = ["-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    calls = [
        {"arguments": [str(tmp_path / f"test_{name}.py"), *common], "needed": [], "spare_s": 60, "longest_s": 1}
        for name in ("good", "bad", "good")
    ]
    lines = "".join(f"{json.dumps(call)}\n" for call in calls)
    command = [sys.executable, "-m", "rollout.prove.runner"]
    done = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split() == ["0", "1", "0"]


def item(node: str) -> pytest.Item:
    """A test by its name."""
    return cast(pytest.Item, SimpleNamespace(nodeid=node))


def test_what_nobody_needs_is_left_out_when_it_is_late() -> None:
    """
    Needed tests run however late it is, with every parameter.
    """
    late = SpareTime(["a.py::test_a", "a.py::test_c[x]"], spare_s=-1.0)
    for node in ("a.py::test_a", "a.py::test_a[y]", "a.py::test_c[x]"):
        late.pytest_runtest_setup(item(node))
    with pytest.raises(pytest.skip.Exception, match="no time is left"):
        late.pytest_runtest_setup(item("a.py::test_b"))
    SpareTime([], spare_s=3600.0).pytest_runtest_setup(item("a.py::test_b"))


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("GET http://127.0.0.1:23456/ready: got 503", "GET http://127.0.0.1:PORT/ready: got 503"),
        ("localhost:1 and localhost:2", "localhost:PORT and localhost:PORT"),
        ("port 23456", "port 23456"),
        ("x" * 500, "x" * 160),
    ],
)
def test_a_reason_is_kept_without_what_differs_from_boot_to_boot(reason: str, kept: str) -> None:
    """
    A proof stored twice is the same text.
    """
    assert stable(reason) == kept


def test_a_row_is_read_under_what_is_expected_now() -> None:
    """
    An observation stays; its role follows the catalogue of today.
    """
    seen = tuple(Cell(criterion=name, role="unexpected", seen="BROKEN", reason="") for name in ("a", "b", "c"))
    found = expected_of(FaultRow(fault="f", sentence="f", cells=seen, seconds=1.0), fault("f", "a", depends=("b",)))
    assert [cell.role for cell in found.cells] == ["breaks", "depends", "unexpected"]


def test_the_cases_of_a_test_take_their_time_together(tmp_path: Path) -> None:
    """
    A function with a case that did not pass is never a quick one.
    """
    facts = {
        "producer": "pytest",
        "phase": "phase1",
        "target": "t",
        "environment": "standin",
        "release": "1",
        "plan": "p",
    }
    with Journal(tmp_path, Origin.model_validate(facts)) as journal:
        for node, fails in (("t::a[x]", False), ("t::a[y]", False), ("t::b[x]", False), ("t::b[y]", True)):
            outcome: TestStatus = "failed" if fails else "passed"
            journal.append(TestOutcome(node=node, criteria=(), outcome=outcome, duration_s=0.25, message=""))
    took = durations(read_ledger([tmp_path]))
    assert took["t::a"] == 0.5
    assert took["t::b"] > 1e6
