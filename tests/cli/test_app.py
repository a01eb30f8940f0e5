"""Whatever is typed, a command ends with one line and an exit code of the design."""

import os
import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from rollout.cli.app import application, command_in
from rollout.cli.start import INTERRUPTED
from rollout.judge.verdict import EXIT_CODES, Outcome
from tests.cli.project import Project

COMMANDS = (
    "target",
    "doctor",
    "gate",
    "watch",
    "drill",
    "rollback",
    "gameday",
    "decide",
    "diff",
    "attest",
    "rules",
    "prove",
    "trace",
    "schema",
    "standin",
)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (
            [],
            "which command? target, doctor, gate, watch, drill, rollback, gameday, decide, diff, attest, rules, prove, trace, schema, standin; see rollout --help",
        ),
        (["decde", "stage"], "no command 'decde'; did you mean 'decide'?; see rollout --help"),
        (["--nope"], "no option '--nope'; permitted: --project, "),
        (["gate"], "which phase? before, stage; see rollout gate --help"),
        (["decide"], "which phase? before, stage; see rollout decide --help"),
        (
            ["decide", "before", "--windw", "60s"],
            "no option '--windw'; did you mean '--window'?; see rollout decide --help",
        ),
        (["decide", "before", "--target"], "'--target' requires an argument; see rollout decide --help"),
        (["decide", "before", "--verbose=3"], "'--verbose' does not take a value; see rollout decide --help"),
        (["target", "new", "x", "--base-url"], "'--base-url' requires an argument; see rollout target new --help"),
        (["--project"], "'--project' requires an argument; see rollout --help"),
        (["gate", "stage", "more"], "unexpected extra argument(s) (more); see rollout gate --help"),
        (["prove", "--jobs", "9"], "'--jobs'"),
        (["prove", "--jobs", "many"], "'--jobs'"),
        (["watch", "stage"], "Missing option '--for'; see rollout watch --help"),
        (["--project", "nowhere", "decide", "stage"], "'nowhere' does not exist; name a folder; see rollout --help"),
        (["--project", "plan.toml", "decide", "stage"], "'plan.toml' is a file; name a folder; see rollout --help"),
        (["--project", "", "decide", "stage"], "the name is empty; an unset variable?"),
        (["--install-completion", "nope"], "takes no name, got 'nope'; shells: bash, zsh, fish, powershell, pwsh; see"),
        (["--show-completion", "nope"], "takes no name, got 'nope'; shells: bash, zsh, fish, powershell, pwsh; see"),
    ],
)
def test_a_slip_of_the_keyboard_is_one_line(project: Project, words: list[str], complaint: str) -> None:
    """
    No traceback: the offender, where help is, and exit 64.
    """
    said = project.run_bare(*words)
    assert said.code == 64
    assert said.err.startswith("rollout: ")
    assert said.err.endswith("--help\n")
    assert said.err.count("\n") == 1
    assert complaint in said.err


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_lists_every_command_in_the_order_of_the_work(project: Project, option: str) -> None:
    """
    Exit 0, and each command with a line.
    """
    said = project.run_bare(option)
    assert said.code == 0
    places = [said.out.index(f"│ {command} ") for command in COMMANDS]
    assert places == sorted(places)


@pytest.mark.parametrize("command", COMMANDS[:-1])
def test_every_command_has_help(project: Project, command: str) -> None:
    """
    On every level, in the short form too.
    """
    said = project.run_bare(command, "-h")
    assert said.code == 0
    assert f"Usage: rollout {command}" in said.out


@pytest.mark.parametrize(
    "words", [["--help"], ["doctor", "--help"], ["target", "new", "--help"], ["decide", "-vh"]], ids=" ".join
)
def test_help_in_a_pipe_has_no_blanks_at_the_ends_of_lines(project: Project, words: list[str]) -> None:
    """
    Nor has other output there.
    """
    said = project.run_bare(*words)
    assert said.code == 0
    assert [line for line in said.out.splitlines() if line != line.rstrip()] == []


def test_the_version_is_told(project: Project) -> None:
    """
    One line and exit 0.
    """
    said = project.run_bare("--version")
    assert (said.code, said.out) == (0, f"rollout {version('xcodereviewer-rollout')}\n")


@pytest.mark.parametrize(
    ("words", "offered"),
    [("rollout ", COMMANDS), ("rollout gate s", ["stage"]), ("rollout decide --target st", ["standin", "staging"])],
    ids=["commands", "phases", "targets"],
)
def test_a_shell_completes(project: Project, words: str, offered: list[str]) -> None:
    """
    Commands, phases of the plan, targets of the project.
    """
    position = str(len(words.split(" ")) - 1)
    asked = {"_ROLLOUT_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": position}
    done = subprocess.run(
        [Path(sys.executable).with_name("rollout")],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == list(offered)


@pytest.mark.parametrize("asked", ["source_bash", "complete_zsh", "complete_bash", "nonsense"])
def test_a_variable_left_over_from_a_shell_answers_no_command(project: Project, asked: str) -> None:
    """
    Case 1: `rollout gate PHASE` would print the script that completes words, do nothing else and exit 0.
    """
    project.monkeypatch.setenv("_ROLLOUT_COMPLETE", asked)
    said = project.run("decide", "before")
    assert (said.code, said.err) == (30, "")
    assert "HOLD" in said.out


@pytest.mark.parametrize(
    ("code", "complaint"),
    [
        ("import sys\nsys.exit(0)\n", "SystemExit: 0 in {file}:2"),
        ("1 / 0\n", "ZeroDivisionError: division by zero in {file}:1"),
        ("def x(:\n", "SyntaxError: invalid syntax in {file}:1"),
        ("import nowhere\n", "ModuleNotFoundError: No module named 'nowhere' in {file}:1"),
    ],
)
def test_a_suite_that_cannot_be_loaded_is_one_line(project: Project, code: str, complaint: str) -> None:
    """
    Case 34: also one that ends the process with 0 while it is loaded.
    """
    file = project.root / "spoilt.py"
    file.write_text(code, encoding="utf-8")
    project.monkeypatch.delitem(sys.modules, "spoilt", raising=False)
    plan = project.root / "other.toml"
    plan.write_text(f'suite = "spoilt"\n{project.plan.read_text(encoding="utf-8")}', encoding="utf-8")
    said = project.run_bare("decide", "before", "--plan", str(plan))
    assert said.code == 64
    assert said.err == f"rollout: other.toml: suite: module 'spoilt' cannot be loaded: {complaint.format(file=file)}\n"


@pytest.mark.parametrize("name", ["nowhere", "..x", "nowhere.at.all"])
def test_a_suite_that_is_not_there_is_one_line(project: Project, name: str) -> None:
    """
    Case 34: the name, and where it was looked for.
    """
    plan = project.root / "other.toml"
    plan.write_text(f'suite = "{name}"\n{project.plan.read_text(encoding="utf-8")}', encoding="utf-8")
    said = project.run_bare("decide", "before", "--plan", str(plan))
    assert (said.code, said.err.count("\n")) == (64, 1)
    assert f"suite: no module '{name}' in {project.root}" in said.err


def test_code_of_the_project_that_ends_the_process_lets_nothing_through(project: Project) -> None:
    """
    Case 4: an exit code of 0 is a decision's alone.
    """

    def ends(*_: object, **__: object) -> None:
        sys.exit(0)

    project.monkeypatch.setattr("rollout.cli.decide.write_reports", ends)
    said = project.run("decide", "before")
    assert (said.code, said.err) == (
        70,
        "rollout: code of the project ended the process (exit 0); no GO without evidence\n",
    )


def test_a_terminal_of_one_column_shows_the_decision(project: Project) -> None:
    """
    Case 34: the exit code is that of the decision, however little room there is.
    """
    project.monkeypatch.setenv("FORCE_COLOR", "1")
    project.monkeypatch.setenv("COLUMNS", "1")
    said = project.run("decide", "before")
    assert (said.code, said.err) == (30, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_complaint_that_nobody_can_hear_keeps_its_exit_code(project: Project) -> None:
    """
    Case 34: the disk behind the log is full.
    """
    rollout = Path(sys.executable).with_name("rollout")
    with Path("/dev/full").open("w") as full:
        assert subprocess.run([rollout, "decide", "nope"], stderr=full, cwd=project.root, check=False).returncode == 64


@pytest.mark.parametrize("words", [["-h"], ["--version"], ["decide", "-h"]])
def test_help_that_nobody_reads_to_its_end_is_no_error(project: Project, words: list[str]) -> None:
    """
    Case 34: `rollout -h | head -1` exits 0.
    """
    rollout = Path(sys.executable).with_name("rollout")
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        done = subprocess.run([rollout, *words], stdout=pipe, stderr=subprocess.PIPE, cwd=project.root, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


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
    assert "no setting 'XCR_BASE_ULR'; did you mean base_url in the target's file in targets/?" in said.err


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

    project.monkeypatch.setattr("rollout.cli.decide.rules_of", interrupted)
    said = project.run("decide", "before")
    assert said.code == 30
    assert said.err == "rollout: interrupted: the evidence is incomplete, so this is no GO\n"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("decide before", "decide"),
        ("--project decide gate before", "gate"),
        ("--project=decide gate before", "gate"),
        ("standin decide", "standin"),
        ("gate --help", "gate"),
        ("--help gate", None),
        ("decde before", None),
        ("--project", None),
        ("", None),
    ],
)
def test_only_the_code_of_the_command_that_is_named_is_read(words: str, named: str | None) -> None:
    """
    All of it takes a second; where no command is named, all are listed.
    """
    read = application(words.split())
    assert command_in(words.split()) == named
    assert len(read.registered_commands) + len(read.registered_groups) == (1 if named else len(COMMANDS))


READING = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits deafness
class Pausing:
    def find_spec(self, name, path=None, target=None):
        if name == "rollout.cli.app":
            print("reading", flush=True)
            signal.pause()
sys.meta_path.insert(0, Pausing())
from rollout.cli import main
main()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_before_the_code_of_a_command_is_read_is_answered(number: int) -> None:
    """
    It says that nothing was begun, in one line, and exits as whoever has no evidence.
    """
    command = [sys.executable, "-c", READING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "reading\n"
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    assert said == "rollout: interrupted before anything was begun: nothing is left, and this is no GO\n"
    assert process.returncode == INTERRUPTED == EXIT_CODES[Outcome.HOLD]


def test_a_signal_while_plan_and_suite_are_read_is_answered(project: Project) -> None:
    """
    SIGTERM is told like Ctrl-C, also before a gate or a watch takes signals itself.
    """

    def terminated(_: object) -> None:
        signal.raise_signal(signal.SIGTERM)

    project.monkeypatch.setattr("rollout.cli.options.load_plan", terminated)
    said = project.run("gate", "stage")
    assert said.code == 30
    assert said.err == "rollout: interrupted: the evidence is incomplete, so this is no GO\n"


def test_the_module_is_the_command() -> None:
    """
    `python -m rollout` does the same.
    """
    done = subprocess.run([sys.executable, "-m", "rollout", "decde"], capture_output=True, text=True, check=False)
    assert done.returncode == 64
    assert done.stderr.startswith("rollout: no command 'decde'; did you mean 'decide'?")
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


def test_a_command_searches_for_garbage_but_not_among_what_it_imported() -> None:
    """
    A watch of days makes some; what is imported stays, and takes long to search.
    """
    seen = "import gc, sys; import rollout.cli.app as app; app.main = lambda _: print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    told = subprocess.run(
        (sys.executable, "-c", f"{seen}; sys.argv[1:] = ['decide']; from rollout.cli import main; main()"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "True True\n"
