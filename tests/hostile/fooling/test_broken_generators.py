"""Case 4: a generator that broke has no result, however good an older run was, and the gate names its stage."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rollout.evidence import JournalState
from rollout.evidence.records import StageFinished
from rollout.gate.stages import Job, Stage
from tests.cli.conftest import project as project  # the fixture
from tests.cli.project import Project
from tests.cli.test_gate import Stages, shell
from tests.load.runs import PROBER, finish, run, server, start
from tests.load.test_run_controller import Driven

FULL = "ulimit -f 0; exec "  # no file may grow: what a disk without room does to a writer


@pytest.fixture
def driven(tmp_path: Path) -> Iterator[Driven]:
    """A headless run that nobody started yet."""
    with ExitStack() as stack:
        yield Driven(tmp_path, stack)


@pytest.fixture
def stages(project: Project, tmp_path: Path) -> Stages:
    """The stages of a gate, to be set up by the test."""
    return Stages(project, tmp_path / "shelf")


def test_a_run_that_never_began_exits_70(driven: Driven, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Case 4: no journal of its own: not the decision from an older one.
    """
    driven.controller.on_quitting(driven.environment)
    assert driven.environment.process_exit_code == 70
    assert "it proves nothing, whatever older runs say" in capsys.readouterr().err


def test_a_run_whose_listener_failed_exits_70(driven: Driven) -> None:
    """
    Case 4: its journal has no end.
    """
    driven.open()
    driven.controller.broken = True
    driven.controller.on_stop()
    driven.controller.on_quitting(driven.environment)
    assert driven.environment.process_exit_code == 70


def test_a_run_whose_last_record_found_no_room_exits_70(driven: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A disk that is full only at the end leaves no whole journal either.
    """
    driven.open()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rollout.evidence.journal.Journal.finish", full)
    driven.controller.fail_run_on_error(driven.controller.on_stop)()
    driven.controller.on_quitting(driven.environment)
    assert driven.environment.process_exit_code == 70
    driven.state.run.recorder.journal.abandon()


@pytest.mark.parametrize("leaves", [True, False], ids=["a torn journal", "no journal"])
def test_the_gate_holds_and_names_the_stage(stages: Stages, project: Project, leaves: bool) -> None:
    """
    Case 4: what an earlier gate measured well does not stand in for it.
    """
    stages.will_be(stages.leaves("smoke"))
    project.run("gate", "stage")

    def broken(job: Job) -> Stage:
        torn = stages.journal("passed", job.parent)
        torn.write_bytes(b"".join(torn.read_bytes().splitlines(keepends=True)[:-1]))
        return shell("load", f"cp '{torn}' '{stages.journals}'; exit 70" if leaves else "exit 70")

    stages.will_be(broken)
    said = project.run("gate", "stage")
    assert said.code == 30
    reason = "load ended with exit code 70" + ("" if leaves else " and left no journal")
    assert project.finding("stage", "stage-load")["verdict"] == "UNPROVEN"
    assert project.finding("stage", "stage-load")["reason"] == reason
    assert "      load: error: it " in said.out
    assert finished_last(project) == (70, False)


def finished_last(project: Project) -> tuple[int, bool | None]:
    """Exit code and worth of the last stage of the newest gate."""
    newest = [run for run in project.ledger("stage").runs if run.producer == "gate"][-1]
    record = list(newest.of(StageFinished))[-1]
    return record.exit, record.worked


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["gate", "stage"], id="gate"),
        pytest.param(["decide", "stage"], id="decide"),
        pytest.param(["watch", "stage", "--for", "1s", "--every", "1s"], id="watch"),
        pytest.param(
            ["attest", "stage", "--override", "--by", "A", "--statement", "b", "--until", "2100-01-01"], id="attest"
        ),
    ],
)
def test_a_command_without_room_exits_70(project: Project, words: list[str]) -> None:
    """
    Case 4: one line; no command says GO, or that it wrote something, where nothing can be written.
    """
    command = [sys.executable, "-m", "rollout", *words, "--target", "staging", "--plan", str(project.plan_file())]
    done = subprocess.run(["sh", "-c", FULL + shlex.join(command)], capture_output=True, text=True, check=False)
    assert done.returncode == 70, done
    assert done.stderr.endswith("; no GO without evidence\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_locust_alone_without_room_exits_70(tmp_path: Path) -> None:
    """
    Case 4: a good run, then one on a full disk: its journal is empty, and the good one is not its result.
    """
    with server("--latency-ms", "20") as url:
        assert run(url, tmp_path).code == 0
        process = start(url, tmp_path, wrapped=("sh", "-c", f'{FULL}"$@"', "sh"), locustfile=PROBER)
        done = finish(process, tmp_path)
    assert done.code == 70, done.output
    assert "no evidence, no run" in done.output
    assert "GO" not in done.output
    assert [journal.state for journal in done.journals] == [JournalState.COMPLETE, JournalState.TORN]
