"""A gate that was led astray: its stages run as the gate says, and none of them fails in silence."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence.records import StageFinished, StoppedEarly
from rollout.gate.run_stages import listens, worked
from rollout.gate.stages import Job, Stage, folders_of_tests, surroundings
from rollout.gate.stages import stages as every_stage
from rollout.plan import load_plan
from rollout.suite import Suite
from rollout.target import Target
from tests.cli.project import Project
from tests.cli.test_gate import Stages, finished, gate, shell


@pytest.fixture
def stages(project: Project, tmp_path: Path) -> Stages:
    """The stages of a gate, to be set up by the test."""
    return Stages(project, tmp_path / "shelf")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PYTEST_ADDOPTS", "--setup-plan"),
        ("PYTEST_PLUGINS", "mine"),
        ("LOCUST_RUN_TIME", "1s"),
        ("LOCUST_USERS", "1"),
        ("PYTHONOPTIMIZE", "1"),
    ],
)
def test_no_variable_changes_how_a_stage_runs(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Case 1: what pytest, Locust and the interpreter would read does not reach the stages.
    """
    monkeypatch.setenv(name, value)
    assert name not in surroundings(Stage("smoke", ()))


def test_what_a_stage_needs_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The secrets of the target, and what the stage itself sets.
    """
    monkeypatch.setenv("XCR_USER_PASSWORD", "s3cret")
    monkeypatch.setenv("LOCUST_PROGRESS", "tables")
    found = surroundings(Stage("load", (), environment={"LOCUST_PROGRESS": "plain"}))
    assert (found["XCR_USER_PASSWORD"], found["LOCUST_PROGRESS"]) == ("s3cret", "plain")


def test_stages_that_left_nothing_are_written_down_as_not_worked(stages: Stages, project: Project) -> None:
    """
    Case 3: exit codes 4, 4 and 1 without a journal.
    """
    stages.will_be(shell("smoke", "exit 4"), shell("integration", "exit 4"), shell("load", "exit 1"))
    project.run("gate", "stage")
    assert [(record.stage, record.exit, record.worked) for record in finished(project)] == [
        ("smoke", 4, False),
        ("integration", 4, False),
        ("load", 1, False),
    ]


class Deployed(dict[str, tuple[int, Any]]):
    """The answers of a service where a newer build answers after so many questions about the health of the first."""

    def __init__(self, answers: dict[str, tuple[int, Any]], questions: int, newer: tuple[int, Any]) -> None:
        super().__init__(answers)
        self.left, self.newer = questions, newer

    def get(self, path: str, default: Any = None) -> Any:
        """What is answered on *path*."""
        if path == "/health":
            self.left -= 1
            if self.left < 0:
                return self.newer
        return super().get(path, default)


def newer_build(version: str) -> tuple[int, Any]:
    """What the health check of another build says."""
    return 200, {"status": "healthy", "version": version}


@pytest.mark.parametrize("words", [(), ("--release", "2.0.0")], ids=["the release is asked", "the release is named"])
def test_a_deployment_in_the_middle_of_a_gate_is_seen(stages: Stages, project: Project, words: tuple[str, ...]) -> None:
    """
    Case 12: what measured another build proves nothing about this one; how the build is called by hand changes nothing.
    """
    project.service.answers = Deployed(project.service.answers, 3 - bool(words), newer_build("2.1\x1b[31m"))
    stages.will_be(stages.leaves("smoke"), stages.leaves("integration"))
    said = project.run("gate", "stage", *words)
    assert [(record.worked, record.other) for record in finished(project)] == [(True, ""), (False, "2.1")]
    assert "integration: error: another release answers now, 2.1: start the gate again for it" in said.out
    reason = project.finding("stage", "stage-integration")["reason"]
    assert (said.code, reason) == (30, "integration: another release, 2.1, answered when it ended")


@pytest.mark.parametrize("answer", [(503, {}), newer_build("unknown"), (200, b"<html>")])
def test_a_system_that_does_not_say_its_release_has_not_changed(
    stages: Stages, project: Project, answer: tuple[int, Any]
) -> None:
    """
    Case 12, the other way: a health check that fails for a while is no deployment.
    """
    project.service.answers = Deployed(project.service.answers, 2, answer)
    stages.will_be(stages.leaves("smoke"))
    project.run("gate", "stage")
    assert [record.other for record in finished(project)] == [""]


def test_a_stage_worked_only_with_a_whole_journal_of_its_own(stages: Stages, project: Project) -> None:
    """
    Cases 3 and 4: exit 0 is not enough, and neither is what an earlier stage left.
    """
    stages.will_be(stages.leaves("smoke"), shell("load", "true"))
    project.run("gate", "stage")
    assert [record.worked for record in finished(project)] == [True, False]


@pytest.mark.parametrize(("codes", "expected"), [([1], False), ([5], False)])
def test_a_stage_without_evidence_never_worked(codes: list[int], expected: bool) -> None:
    """
    Case 3: failed checks are the end of a run, but only with the journal that tells them.
    """
    assert worked(Stage("smoke", (), producer="pytest", ends=(0, 1)), codes, []) is expected


def test_a_gate_goes_on_after_a_no_go(stages: Stages, project: Project, tmp_path: Path) -> None:
    """
    Case 30: a ROLLBACK never hides behind a NO-GO; the later stages run while there is a system to measure.
    """
    ran = tmp_path / "ran"
    stages.will_be(stages.leaves("smoke", "failed", code=1), shell("load", f"touch '{ran}'"))
    project.run("gate", "stage")
    assert ran.exists()
    assert list(gate(project).of(StoppedEarly)) == []
    assert [record.stage for record in gate(project).of(StageFinished)] == ["smoke", "load"]


def test_a_gate_does_not_load_what_is_not_there(stages: Stages, project: Project, tmp_path: Path) -> None:
    """
    Case 30: where nobody takes a connection there is nothing to measure, and the line says so.
    """
    ran = tmp_path / "ran"
    project.move_to("http://127.0.0.1:9")
    stages.will_be(stages.leaves("smoke", "failed", code=1), shell("load", f"touch '{ran}'"))
    said = project.run("gate", "stage", "--release", "2.0.0+abc")
    assert not ran.exists()
    assert "NO-GO is certain and nothing listens at http://127.0.0.1:9 after smoke: load left out" in said.out


def test_a_system_is_there_if_it_takes_a_connection(project: Project) -> None:
    """
    Even one that only answers errors can be measured.
    """
    assert listens(project.service.url)
    assert not listens("http://127.0.0.1:9")


def test_a_window_that_is_none_is_refused_before_anything_runs(project: Project) -> None:
    """
    Case 34: no system is booted or asked for it.
    """
    said = project.run("gate", "stage", "--window", "soon")
    assert (said.code, project.service.asked) == (64, [])
    assert "not a duration: 'soon'" in said.err


def test_a_folder_without_tests_of_the_phase_is_no_stage_of_its_own(project: Project) -> None:
    """
    Cases 3 and 20: a stage that finds nothing to run would look as if it had failed; it is searched beside another one.
    """
    plan = load_plan(Path(__file__).parents[3] / "plan.toml")
    project.monkeypatch.chdir(Path(__file__).parents[3])
    facts = {"name": "t", "environment": "staging", "base_url": "http://127.0.0.1:9"}
    asked = Job(plan, Suite("x"), Path("p"), plan.phase("predeploy"), Target.model_validate(facts), "2", None, "g")
    assert folders_of_tests(asked) == [("smoke", "integration")]
    assert every_stage(asked)[0].command[3:6] == ("smoke", "integration", "-m")
