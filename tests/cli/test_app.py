"""Whatever is typed, a command ends with one line and an exit code of the design."""

import subprocess
import sys

import pytest

from tests.cli.project import Project


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["decde", "stage"], "No such command 'decde'"),
        (["decide"], "PHASE"),
        (["decide", "before", "--windw", "60s"], "No such option: --windw"),
        (["prove", "--jobs", "9"], "--jobs"),
        (["watch", "stage"], "--for"),
    ],
)
def test_a_slip_of_the_keyboard_is_one_line(project: Project, words: list[str], complaint: str) -> None:
    """
    No traceback: the offender, where help is, and exit 64.
    """
    said = project.run_bare(*words)
    assert said.code == 64
    assert said.err.startswith("rollout: ")
    assert said.err.endswith("; see rollout --help\n")
    assert said.err.count("\n") == 1
    assert complaint in said.err


def test_help_lists_every_command(project: Project) -> None:
    """
    Exit 0, and each command with a line.
    """
    said = project.run_bare("--help")
    assert said.code == 0
    for command in ("gate", "decide", "watch", "attest", "doctor", "prove", "schema", "trace", "standin"):
        assert f" {command} " in said.out


def test_without_a_command_there_is_help(project: Project) -> None:
    """
    Exit 64, since nothing was done, and not a word more than the help.
    """
    said = project.run_bare()
    assert (said.code, said.err) == (64, "")
    assert "Usage:" in said.out


def test_a_plan_that_cannot_be_read_is_named(project: Project) -> None:
    """
    A wrong file stops every command before the first request.
    """
    said = project.run_bare("decide", "before", "--plan", "none.toml")
    assert said.code == 64
    assert said.err == "rollout: none.toml: cannot be read: No such file or directory; name a plan with --plan\n"


def test_a_misspelt_variable_stops_a_command(project: Project) -> None:
    """
    An XCR_ variable that means nothing is an error with the nearest one that does.
    """
    project.monkeypatch.setenv("XCR_BASE_ULR", "http://127.0.0.1:9")
    said = project.run("attest", "before.in-charge", "--by", "Kim", "--statement", "it runs")
    assert said.code == 64
    assert "no setting 'XCR_BASE_ULR'; did you mean base_url in targets/staging.toml?" in said.err


def test_an_unknown_target_is_named_with_those_there_are(project: Project) -> None:
    """
    The nearest name, and where targets are.
    """
    said = project.run_bare(
        "attest",
        "before.in-charge",
        "--by",
        "Kim",
        "--statement",
        "it runs",
        "--target",
        "stging",
        "--plan",
        str(project.plan_file()),
    )
    assert said.code == 64
    assert "no target 'stging'; did you mean 'staging'? (targets are files in targets/)" in said.err


def test_a_disk_without_room_is_no_go(project: Project) -> None:
    """
    Evidence that cannot be written ends the command with 70.
    """
    (project.root / "reports").write_text("a file where a folder should be")
    said = project.run("attest", "before.in-charge", "--by", "Kim", "--statement", "it runs")
    assert said.code == 70
    assert said.err.endswith("; no GO without evidence\n")


def test_ctrl_c_is_a_hold(project: Project) -> None:
    """
    Who interrupts a command has no evidence, so exit 30.
    """

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    project.monkeypatch.setattr("rollout.cli.decide.load_plan", interrupted)
    said = project.run("decide", "before")
    assert said.code == 30
    assert said.err == "rollout: interrupted: the evidence is incomplete, so this is no GO\n"


def test_the_module_is_the_command() -> None:
    """
    `python -m rollout` does the same.
    """
    done = subprocess.run([sys.executable, "-m", "rollout", "decde"], capture_output=True, text=True, check=False)
    assert done.returncode == 64
    assert done.stderr.startswith("rollout: No such command 'decde'.")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [["decide", "stage"], ["gate", "stage"], ["watch", "stage", "--for", "1h"]])
def test_an_empty_target_is_not_the_stand_in(project: Project, command: list[str]) -> None:
    """
    An unset variable on the command line must not turn a decision into a rehearsal.
    """
    said = project.run_bare(*command, "--target", "")
    assert said.code == 64
    assert "is empty; name a file in targets/" in said.err
    assert said.err.count("\n") == 1
