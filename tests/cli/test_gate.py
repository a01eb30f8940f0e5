"""`rollout gate` runs its stages, writes down how each ended, and decides from what they left."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from rollout.evidence import Journal, JournalState, Run
from rollout.evidence.records import StageFinished, StageLeftOut, StoppedEarly, TestOutcome, TestsCollected, TestStatus
from rollout.gate.lock import at_work
from rollout.gate.stages import Job, Stage
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.target.wait import eventually
from tests.cli.project import RELEASE, TARGET, Project

Leaves = Callable[[Job], Stage]
CHECK = "smoke/test_health.py::test_it_answers"


@dataclass
class Stages:
    """Fake stages: each is a command that leaves journals prepared before, prints something, or exits with a code."""

    project: Project
    shelf: Path

    def will_be(self, *stages: Stage | Leaves) -> None:
        """What the gate finds to run."""

        def planned(job: Job) -> list[Stage]:
            return [stage if isinstance(stage, Stage) else stage(job) for stage in stages]

        self.project.monkeypatch.setattr("rollout.gate.run_stages.stages", planned)

    def leaves(self, name: str, outcome: TestStatus = "passed", code: int = 0, says: str = "") -> Leaves:
        """A stage that leaves a journal with one outcome of a test of `stage.answers`."""
        return lambda job: shell(
            name, f"cp '{self.journal(outcome, job.parent)}' '{self.journals}'; echo '{says}'; exit {code}"
        )

    def journal(self, outcome: TestStatus, parent: str | None = None) -> Path:
        """A whole journal of one test on the shelf, as the gate *parent* makes its children write it."""
        with self.project.journal("stage", "pytest", parent=parent, checks={"stage.answers": [CHECK]}) as journal:
            tell(journal, outcome)
        self.shelf.mkdir(exist_ok=True)
        return Path(shutil.move(journal.path, self.shelf))

    @property
    def journals(self) -> Path:
        return self.project.folder("stage") / "journals"


def tell(journal: Journal, outcome: TestStatus) -> None:
    """The outcome of the one test."""
    message = "" if outcome == "passed" else "got 500"
    criteria = ("stage.answers",)
    journal.append(TestOutcome(node=CHECK, criteria=criteria, outcome=outcome, duration_s=0.1, message=message))
    journal.append(TestsCollected(nodes={"stage.answers": (CHECK,)}))


def shell(name: str, script: str, beside: tuple[Stage, ...] = ()) -> Stage:
    """A stage that runs a script."""
    return Stage(name, ("sh", "-c", script), beside)


@pytest.fixture
def stages(project: Project, tmp_path: Path) -> Stages:
    """The stages of a gate, to be set up by the test."""
    return Stages(project, tmp_path / "shelf")


def gate(project: Project) -> Run:
    """The one journal of a gate."""
    (run,) = [run for run in project.ledger("stage").runs if run.producer == "gate"]
    return run


def left_out(project: Project) -> list[StageLeftOut]:
    """The stages that did not run in the newest gate."""
    return list(project.ledger("stage").complete("gate")[-1].of(StageLeftOut))


def finished(project: Project) -> list[StageFinished]:
    """How the stages ended."""
    return list(gate(project).of(StageFinished))


def test_every_stage_is_written_down_with_its_journals(stages: Stages, project: Project) -> None:
    """
    Name, exit code and the last hash of each journal that it left.
    """
    stages.will_be(stages.leaves("smoke"), stages.leaves("integration"))
    said = project.run("gate", "stage")
    assert said.code == 30
    tails = {run.path.stem: run.tail for run in project.ledger("stage").complete("pytest")}
    assert [(record.stage, record.exit) for record in finished(project)] == [("smoke", 0), ("integration", 0)]
    assert [len(record.journals) for record in finished(project)] == [1, 1]
    assert finished(project)[0].journals | finished(project)[1].journals == tails
    assert gate(project).state is JournalState.COMPLETE


def test_the_gate_tells_how_far_it_is_and_what_came_of_it(stages: Stages, project: Project) -> None:
    """
    A line at the beginning and the end of each stage, the decision, and where the reports are.
    """
    stages.will_be(stages.leaves("smoke"), stages.leaves("integration"))
    said = project.run("gate", "stage")
    assert "[1/2] smoke …\n[1/2] smoke done in " in said.out
    assert "[2/2] integration …\n[2/2] integration done in " in said.out
    assert "HOLD" in said.out
    for name in ("decision.html", "decision.json", "decision.md"):
        assert str(project.folder("stage") / name) in said.out
    assert project.finding("stage", "answers")["verdict"] == "MET"
    assert project.decision("stage")["attempts"] == 1


def test_a_load_that_is_not_allowed_is_told_with_the_way_out(stages: Stages, project: Project) -> None:
    """
    Its stage is left out, and nobody has to guess why no load has run.
    """
    stages.will_be(stages.leaves("smoke"))
    assert "no load will run" not in project.run("gate", "stage").out
    project.allow()
    said = project.run("gate", "stage").out
    assert "no load will run: add 'load' and 'write' to `allow` in targets/staging.toml" in said
    assert [(each.stage, each.lacking) for each in left_out(project)] == [("load", ("load", "write"))]
    next_step = project.finding("stage", "error-rate")["next"]
    assert next_step.startswith("add 'load' and 'write' to `allow` in targets/staging.toml, then run the gate again")


def test_the_report_of_a_gate_holds_no_result_of_an_earlier_one(stages: Stages, project: Project) -> None:
    """
    One run is one report for Allure.
    """
    earlier = project.folder("stage") / "allure" / "earlier-result.json"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("{}", encoding="utf-8")
    stages.will_be(stages.leaves("smoke"))
    project.run("gate", "stage")
    assert gate(project).state is JournalState.COMPLETE
    assert not earlier.exists()


def test_a_stage_without_a_journal_is_told_and_counts_for_nothing(stages: Stages, project: Project) -> None:
    """
    A command that exits with 0 and leaves nothing proves nothing.
    """
    stages.will_be(shell("smoke", "echo '46 passed'"))
    said = project.run("gate", "stage")
    assert said.code == 30
    assert "      smoke: error: it left no journal, so nothing it did counts" in said.out
    assert finished(project)[0].journals == {}
    assert project.finding("stage", "answers")["verdict"] == "UNPROVEN"


def test_a_stage_that_fails_is_told_with_its_exit_code(stages: Stages, project: Project) -> None:
    """
    The exit code is written down; what decides is the evidence.
    """
    stages.will_be(stages.leaves("smoke", code=3))
    said = project.run("gate", "stage")
    assert "[1/1] smoke done in " in said.out
    assert " s (exit 3)\n" in said.out
    assert finished(project)[0].exit == 3
    assert finished(project)[0].worked is False


def test_a_stage_that_never_ends_is_ended(stages: Stages, project: Project) -> None:
    """
    Each has a deadline; past it the stage has failed, whatever it exits with when it is told to end.
    """
    stages.will_be(Stage("smoke", ("sh", "-c", "exec sleep 600"), within_s=0.2), stages.leaves("integration"))
    said = project.run("gate", "stage")
    assert said.code == 30
    assert "      smoke: error: it did not end within 0 s; it was ended" in said.out
    assert [(record.stage, record.exit) for record in finished(project)] == [("smoke", 124), ("integration", 0)]
    assert finished(project)[0].worked is False


def test_what_a_stage_says_moves_no_cursor(stages: Stages, project: Project) -> None:
    """
    Text of a target that reaches the gate by its stages is shown without escape sequences.
    """
    stages.will_be(shell("smoke", "printf 'FAILED a - got \\033[2J\\033]0;mine\\007 \\342\\200\\256 b\\n'"))
    said = project.run("gate", "stage")
    assert "      smoke: FAILED a - got   b\n" in said.out
    assert "\x1b" not in said.out


def test_a_gate_that_fails_fast_stops_where_go_is_out_of_reach(
    stages: Stages, project: Project, tmp_path: Path
) -> None:
    """
    With --fail-fast the later stages are left out after a broken criterion, by name, and never run.
    """
    ran = tmp_path / "ran"
    stages.will_be(stages.leaves("smoke", "failed", code=1), shell("load", f"touch '{ran}'"), shell("watch", "true"))
    said = project.run("gate", "stage", "--fail-fast")
    assert said.code == 10
    assert "NO-GO is certain after smoke: load, watch left out" in said.out
    (stopped,) = gate(project).of(StoppedEarly)
    assert (stopped.after, stopped.outcome, stopped.left_out) == ("smoke", "NO-GO", ("load", "watch"))
    assert not ran.exists()


def test_a_gate_whose_last_stage_breaks_something_left_nothing_out(stages: Stages, project: Project) -> None:
    """
    There is nothing to stop after the last stage.
    """
    stages.will_be(stages.leaves("smoke"), stages.leaves("integration", "failed", code=1))
    said = project.run("gate", "stage")
    assert said.code == 10
    assert "left out" not in said.out
    assert list(gate(project).of(StoppedEarly)) == []


def test_what_runs_beside_a_stage_belongs_to_it(stages: Stages, project: Project) -> None:
    """
    Both leave their journals to the stage, and the worse exit code is the stage's.
    """
    watch = stages.leaves("watch", code=7)
    smoke = stages.leaves("smoke")
    stages.will_be(lambda job: Stage("load", smoke(job).command, (watch(job),)))
    project.run("gate", "stage")
    (record,) = finished(project)
    assert (record.stage, record.exit, len(record.journals)) == ("load", 7, 2)


def test_failures_are_shown_without_secrets(stages: Stages, project: Project) -> None:
    """
    Lines about failures stay on the screen; a password in them does not.
    """
    project.monkeypatch.setenv("XCR_ADMIN_PASSWORD", "s3cret-word")
    stages.will_be(shell("smoke", "echo 'FAILED smoke/test_a.py - got s3cret-word'; echo 'all is s3cret-word'"))
    said = project.run("gate", "stage")
    assert "      smoke: FAILED smoke/test_a.py - got " in said.out
    assert "s3cret-word" not in said.out
    assert "all is" not in said.out


def test_a_stage_gets_the_options_of_the_gate(stages: Stages, project: Project) -> None:
    """
    The journals of a stage name the gate as their parent, and the gate names window, target and release.
    """
    jobs: list[Job] = []

    def none(job: Job) -> list[Stage]:
        jobs.append(job)
        return []

    project.monkeypatch.setattr("rollout.gate.run_stages.stages", none)
    said = project.run("gate", "stage", "--window", "60s", "--release", "1.9")
    (job,) = jobs
    assert said.code == 30
    assert (job.release, job.window_s, job.parent) == ("1.9", 60.0, gate(project).run_id)
    assert (gate(project).started.window_s, gate(project).release) == (60.0, "1.9")
    assert project.decision("stage")["line"] == "HOLD (rehearsal, window 60 s)"


def test_an_unknown_release_is_warned_about(stages: Stages, project: Project) -> None:
    """
    The way out is named before anything runs.
    """
    project.service.answers["/health"] = (200, {})
    stages.will_be()
    said = project.run("gate", "stage")
    assert f"{project.service.url} does not say which release it is; name it with --release" in said.out


def test_no_gate_begins_before_the_one_before_has_decided(stages: Stages, project: Project) -> None:
    """
    Case 14: else its decision would count on journals that are just being written, and outlive the putting aside of decisions.
    """
    begun: list[str] = []

    def judged(*about: Any, **more: Any) -> Decision:
        try:
            with at_work(project.folder("stage")):
                begun.append("a second gate")
        except ValueError as refusal:
            begun.append(str(refusal).partition(":")[0])
        return decide(*about, **more)

    project.monkeypatch.setattr("rollout.cli.gate.decide", judged)
    stages.will_be(stages.leaves("smoke"))
    project.run("gate", "stage")
    assert begun == ["another gate is at work here"]


def test_an_unknown_phase_starts_nothing(project: Project) -> None:
    """
    One line, exit 64.
    """
    said = project.run("gate", "stge")
    assert said.code == 64
    assert "no phase 'stge'; did you mean 'stage'? in plan.toml" in said.err
    assert project.service.asked == []


def test_a_second_gate_is_a_second_attempt(stages: Stages, project: Project) -> None:
    """
    Reruns are numbered, and the evidence of the first stays.
    """
    stages.will_be(stages.leaves("smoke", "failed"))
    assert project.run("gate", "stage").code == 10
    stages.will_be(stages.leaves("smoke"))
    assert project.run("gate", "stage").code == 30
    assert project.decision("stage")["attempts"] == 2
    assert project.finding("stage", "answers")["attempts"] == 2


ALONE = """
import sys
import rollout.gate.run_stages
from rollout.cli import main
from rollout.gate.stages import Stage
pid_file = sys.argv.pop()
script = f"echo $$ > '{pid_file}.new'; mv '{pid_file}.new' '{pid_file}'; exec sleep 600"
rollout.gate.run_stages.stages = lambda job: [Stage("load", ("sh", "-c", script))]
main()
"""


@pytest.mark.stack
@pytest.mark.parametrize("how", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_a_gate_that_ends_takes_its_stage_along(project: Project, tmp_path: Path, how: str) -> None:
    """
    However the gate ends, the process of its stage is gone soon after, and its journal has no end. The decision of the
    gate before is no longer the current one, and a gate that can still speak says what it leaves.
    """
    older = project.folder("stage") / "decision.json"
    older.parent.mkdir(parents=True)
    older.write_text('{"release": "1.9", "decision": "GO"}', encoding="utf-8")
    pid_file = tmp_path / "pid"
    command = [sys.executable, "-c", ALONE, "gate", "stage", "--target", TARGET, "--release", RELEASE]
    command += ["--plan", str(project.plan_file()), str(pid_file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:

        def started() -> None:
            assert pid_file.exists()

        eventually(started, within=60)
        child = psutil.Process(int(pid_file.read_text()))
        process.send_signal(signal.Signals[how])

        def gone() -> None:
            assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE

        eventually(gone, within=30)
        said, _ = process.communicate(timeout=30)
    assert gate(project).state is JournalState.TORN
    assert not older.exists()
    assert (older.parent / "decisions" / "1.9" / "decision.json").exists()
    assert ("interrupted: the stages were ended" in said) == (how != "SIGKILL")
