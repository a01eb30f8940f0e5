"""`rollout target`: a new file, and what one lacks, without asking the target anything."""

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios

import pytest

from tests.cli.project import Project

SILENT_S = 20.0  # longer than a command takes to ask its next question


def test_a_new_target_file_holds_every_setting(project: Project) -> None:
    """
    What was given is set, the rest is a comment, and the file can be read as it is.
    """
    said = project.run_bare("target", "new", "mine", "--base-url", "https://api.example", "--environment", "production")
    assert (said.code, said.err) == (0, "")
    text = (project.root / "targets" / "mine.toml").read_text(encoding="utf-8")
    assert 'environment = "production"' in text
    assert "# frontend_url = " in text
    assert "XCR_ADMIN_PASSWORD" in text
    assert "admin_password =" not in text


@pytest.mark.stack
def test_at_a_terminal_it_asks_for_what_no_option_gives(project: Project) -> None:
    """
    For the address, and for the environment, of which an empty answer is the default.
    """
    code, said = at_a_terminal("target", "new", "mine", answers=["https://api.example", ""])
    assert (code, "wrote " in said) == (0, True)
    asked = ["Where does the system answer", "Is it staging or production [staging]"]
    assert [words for words in asked if words in said] == asked
    text = (project.root / "targets" / "mine.toml").read_text(encoding="utf-8")
    assert 'environment = "staging"\n' in text
    assert 'base_url = "https://api.example"\n' in text


@pytest.mark.stack
def test_what_an_option_gives_is_not_asked_for(project: Project) -> None:
    """
    With both options nothing is asked, at a terminal too.
    """
    options = ("--base-url", "https://api.example", "--environment", "production")
    code, said = at_a_terminal("target", "new", "mine", *options, answers=[])
    assert (code, "?" in said, "Where does" in said) == (0, False, False)


@pytest.mark.stack
def test_no_answer_writes_no_file(project: Project) -> None:
    """
    The end of the input at a question is one line with the options, as Ctrl-C is.
    """
    code, said = at_a_terminal("target", "new", "mine", answers=["\x04"] * 9)
    assert code == 64
    assert "nothing was written: no answer; give --base-url URL and --environment ENV" in " ".join(said.split())
    assert not (project.root / "targets" / "mine.toml").exists()


def test_without_a_terminal_nothing_is_asked(project: Project) -> None:
    """
    A pipeline that forgot the address gets one line.
    """
    said = project.run_bare("target", "new", "mine")
    assert (said.code, said.out) == (64, "")
    assert said.err == "rollout: Missing option '--base-url'; see rollout target new --help\n"


def at_a_terminal(*words: str, answers: list[str]) -> tuple[int, str]:
    """One command at a terminal of its own, which types an answer to each question: exit code and all that it showed."""
    outer, inner = pty.openpty()
    command = [sys.executable, "-m", "rollout", *words]
    with subprocess.Popen(
        command, stdin=inner, stdout=inner, stderr=inner, start_new_session=True, preexec_fn=own
    ) as process:
        os.close(inner)
        said = ""
        while heard := read(outer):
            said += heard
            if answers and said.endswith(": "):
                os.write(outer, f"{answers.pop(0)}\n".encode())
                said += " "
        os.close(outer)
        ended = poll_until_ended(process)
    return ended, said


def poll_until_ended(process: "subprocess.Popen[bytes]") -> int:
    """The exit code of what has said its last word; of what waits for one more answer, that it was killed."""
    try:
        return process.wait(timeout=SILENT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def own() -> None:
    """Make the terminal on stdin that of the process, so that its keys send signals."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def read(terminal: int) -> str:
    """What stands there next; empty at its end, and where nothing comes."""
    if not select.select([terminal], [], [], SILENT_S)[0]:
        return ""
    try:
        return os.read(terminal, 4096).decode(errors="replace")
    except OSError:  # Linux says so where the last process has gone
        return ""


def test_a_file_that_is_there_is_not_overwritten(project: Project) -> None:
    """
    Another name, or an editor.
    """
    said = project.run_bare("target", "new", "staging", "--base-url", "https://api.example")
    assert said.code == 64
    assert "staging.toml is there already" in said.err


def test_a_wrong_address_leaves_no_file(project: Project) -> None:
    """
    A file that cannot be read is not written.
    """
    said = project.run_bare("target", "new", "mine", "--base-url", "nonsense")
    assert said.code == 64
    assert "base_url: Input should be a valid URL" in said.err
    assert not (project.root / "targets" / "mine.toml").exists()


def test_a_name_upwards_is_refused(project: Project) -> None:
    """
    A target is a file in targets/ and nowhere else.
    """
    assert project.run_bare("target", "new", "../x", "--base-url", "https://api.example").code == 64


def test_a_check_asks_nobody(project: Project) -> None:
    """
    What the file lacks is told with the criteria that wait for it, and no request is sent.
    """
    said = project.run_bare("target", "check", "staging")
    assert said.code == 64
    assert "1 criterion waits for it: stage.celery-queue" in said.out
    assert project.service.asked == []


def test_a_misspelt_criterion_has_a_nearest_name(project: Project) -> None:
    """
    A waiver for a criterion that the plan does not have is refused with the nearest one.
    """
    file = project.root / "targets" / "staging.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f'not_applicable = {{ "stage.answer" = "none" }}\n{text}', encoding="utf-8")
    said = project.run_bare("target", "check", "staging")
    assert said.code == 64
    wanted = "targets/staging.toml: not_applicable: no criterion 'stage.answer'; did you mean 'stage.answers'?"
    assert said.err == f"rollout: {wanted}\n"


def test_a_criterion_without_its_phase_is_told_every_phase_that_has_it(project: Project) -> None:
    """
    One of them alone would be a guess: a criterion has the same name in several phases.
    """
    file = project.root / "targets" / "staging.toml"
    file.write_text(f"not_applicable.answers = 'none'\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    said = project.run_bare("target", "check", "staging")
    wanted = "not_applicable: no criterion 'answers' without its phase; permitted: stage.answers"
    assert (said.code, said.err) == (64, f"rollout: targets/staging.toml: {wanted}\n")


@pytest.mark.parametrize("command", [("target", "check"), ("doctor", "--target"), ("gate", "stage", "--target")])
def test_a_misspelt_metric_of_a_query_has_a_nearest_name(project: Project, command: tuple[str, ...]) -> None:
    """
    A query stands in for a metric that somebody knows.
    """
    file = project.root / "targets" / "staging.toml"
    file.write_text(
        f"{file.read_text(encoding='utf-8')}\n[prometheus_queries]\n'celery.queue_task' = 'up'\n", encoding="utf-8"
    )
    said = project.run_bare(*command, "staging")
    assert said.code == 64
    wanted = "targets/staging.toml: prometheus_queries: no source provides metric 'celery.queue_task'; did you mean"
    assert said.err.startswith(f"rollout: {wanted} 'celery.queue_tasks'?")
    assert said.err.count("\n") == 1
