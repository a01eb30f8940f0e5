"""Case 34: what was typed wrong is one line and exit 64 before anything is measured, judged or written."""

import subprocess
import sys
from pathlib import Path

import pytest

from rollout.render import folder_name
from standin.cli import main as standin
from tests.cli.project import Project, Said

ROOT = Path(__file__).resolve().parents[3]
ATTEST = ("attest", "before.in-charge", "--by", "Kim", "--role", "owner", "--statement", "it runs", "--new-release")


def refused(project: Project, said: Said, complaint: str) -> None:
    """One line, exit 64, no result, and the target was not asked."""
    assert said.code == 64, said
    assert complaint in said.err
    assert said.err.count("\n") == 1
    assert not project.out.exists()
    assert project.service.asked == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param(["gate", "stage", "--window", "abc"], "'--window': not a duration: 'abc'; write for", id="window"),
        pytest.param(["decide", "stage", "--window", "0s"], "'--window': 0s has no length", id="no length"),
        pytest.param(["watch", "stage", "--for", "long"], "'--for': not a duration: 'long'", id="for"),
        pytest.param(["watch", "stage", "--for", "1h", "--every", "1"], "'--every': not a duration: '1'", id="every"),
        pytest.param(
            [*ATTEST, "--until", "2100-01-01"], "--until says when an override runs out", id="until of nothing"
        ),
        pytest.param(["decide", "stage", ""], "the name is empty; an unset variable?", id="no path"),
        pytest.param(["watch", "stage", "--for", "1h", "--journals", ""], "'--journals': the name is", id="no folder"),
        pytest.param(
            ["watch", "stage", "--for", "1h", "--journals", "/dev/null"], "'/dev/null' is a file", id="a file"
        ),
        pytest.param(
            ["watch", "stage", "--for", "1h", "--journals", "/dev/null/x"], "'/dev/null' is a file", id="in one"
        ),
        pytest.param([*ATTEST, "--of", "1"], "--of says whose word is taken back", id="of nothing"),
        pytest.param(
            ["attest", "before", "--override", "--by", "Ada", "--statement", "x", "--until", "tomorrow"],
            "--until 'tomorrow' is no date; write for example 2030-01-31",
            id="until tomorrow",
        ),
        pytest.param(
            ["attest", "before", "--override", "--by", "Ada", "--statement", "x", "--until", "9999-12-31T23:59-12:00"],
            "no calendar goes so far; name an earlier date",
            id="until after the end of time",
        ),
        pytest.param(["decide", "stage", "--window", f"{'9' * 400}h"], "no sensible duration", id="an endless window"),
        pytest.param(["gate", "stage", "--window", "0.0000001s"], "no sensible duration", id="no window to speak of"),
        pytest.param(["watch", "stage", "--for", "1s", "--every", "0.0001s"], "from 1 ms to 5200 w", id="every"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_at_once(project: Project, words: list[str], complaint: str) -> None:
    """
    Case 34: nothing boots, nothing is asked, nothing is stored.
    """
    refused(project, project.run(*words), complaint)


@pytest.mark.parametrize(
    "command", [["gate", "stage"], ["decide", "stage"], ["watch", "stage", "--for", "1h"], ["doctor"]]
)
@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        pytest.param("", "--target is empty; name a file in targets/", id="empty"),
        pytest.param("../x", "--target '../x' is no name", id="a path upwards"),
        pytest.param("a/b", "--target 'a/b' is no name", id="a path"),
        pytest.param(".hidden", "--target '.hidden' is no name", id="hidden"),
        pytest.param("stging", "no target 'stging'; did you mean 'staging'?", id="misspelt"),
    ],
)
def test_what_is_no_target_is_refused(project: Project, command: list[str], target: str, complaint: str) -> None:
    """
    Case 34: an unset variable is not the stand-in, and no name leads out of targets/ and reports/out/.
    """
    refused(project, project.run_bare(*command, "--target", target), complaint)


def test_a_plan_without_a_name_is_refused(project: Project) -> None:
    """
    Case 34: an unset variable is not the plan of the project.
    """
    refused(project, project.run_bare("decide", "stage", "--target", "staging", "--plan", ""), "'--plan': the name is")


@pytest.mark.stack
@pytest.mark.parametrize("command", ["gate", "watch", "drill"])
def test_evidence_of_no_release_is_refused_before_it_is_taken(project: Project, command: str) -> None:
    """
    Case 12: a release called `unknown` holds whatever the stages find, so no stage runs for it.
    """
    words = {"gate": ["stage"], "watch": ["stage", "--for", "1h"], "drill": ["restore"]}[command]
    said = project.run_bare(command, *words, "--target", "staging", "--release", "unknown")
    refused(project, said, "--release 'unknown' names no build")


def test_a_file_that_is_no_plan_is_one_line(project: Project) -> None:
    """
    Case 34: that each key of a plan is missing, and each key of the file is none of a plan, follows from it.
    """
    other = project.root / "pyproject.toml"
    other.write_text('[project]\nname = "x"\n[tool.x]\n', encoding="utf-8")
    said = project.run_bare("gate", "stage", "--target", "staging", "--plan", str(other))
    refused(project, said, f"{other}: is no rollout plan, no key of one is in it; name a plan with --plan")


def test_a_plan_with_several_faults_is_one_line_and_the_doctor_names_all(project: Project) -> None:
    """
    Case 34: the first fault, how many more there are, and the command that lists them.
    """
    other = project.root / "other.toml"
    text = project.plan.read_text(encoding="utf-8").replace("title =", "titel =").replace("quotes =", "quotas =")
    other.write_text(text, encoding="utf-8")
    said = project.run_bare("gate", "stage", "--target", "staging", "--plan", str(other))
    refused(project, said, "more: rollout doctor names all")
    told = project.run_bare("doctor", "--target", "staging", "--plan", str(other)).err.splitlines()
    assert f"and {len(told) - 1} faults more" in said.err
    assert len(told) > 1
    assert said.err.startswith(told[0])


@pytest.mark.parametrize("option", ["--plan", "--journals"])
@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("pytest", "smoke", "-m", "phase1"), 4),
        (("locust", "-f", "load/locustfile.py", "--headless", "--phase", "phase1"), 64),
    ],
    ids=["tests", "load"],
)
def test_a_producer_takes_no_empty_name(words: tuple[str, ...], code: int, option: str) -> None:
    """
    Case 34: tests and load by hand, too, refuse what an unset variable names.
    """
    said = subprocess.run(
        [sys.executable, "-m", *words, option, ""], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert said.returncode == code, said
    assert f"{option}: the name is empty; an unset variable?" in said.stderr


@pytest.mark.parametrize(
    "command", [["gate", "stage"], ["decide", "stage"], ["watch", "stage", "--for", "1h"], [*ATTEST]]
)
@pytest.mark.parametrize(
    ("release", "complaint"),
    [
        pytest.param("", "--release is empty; name the deployed build", id="empty"),
        pytest.param(" ", "--release is empty", id="blank"),
        pytest.param("null", "--release 'null' names no build", id="null"),
        pytest.param("2.0\u200b", "--release '2.0\\u200b' names no build", id="invisible"),
    ],
)
def test_what_names_no_release_is_refused(project: Project, command: list[str], release: str, complaint: str) -> None:
    """
    Case 34: an unset variable is neither the newest release nor what the target says.
    """
    refused(project, project.run_bare(*command, "--target", "staging", "--release", release), complaint)


@pytest.mark.parametrize(
    "command",
    [["gate", "stage"], ["decide", "stage"], ["trace"], ["doctor"], [*ATTEST], ["prove"], ["standin", "list"]],
)
def test_a_misspelt_variable_stops_every_command(project: Project, command: list[str]) -> None:
    """
    Case 34: also a command that asks no target: it would be judged as if the variable were not set.
    """
    project.monkeypatch.setenv("XCR_POSTGRES_DNS", "x")
    said = project.run_bare(*command)
    refused(project, said, "no secret 'XCR_POSTGRES_DNS'; did you mean 'XCR_POSTGRES_DSN'? (environment)")


@pytest.mark.parametrize("words", [[], ["nope"], ["up", "--nope"], ["fault", "name", "--nope"]])
def test_the_stand_in_is_as_plain(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """
    Case 34: one line and exit 64 from its own command line too.
    """
    with pytest.raises(SystemExit) as end:
        standin(words)
    assert end.value.code == 64
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [(["decide", "before"], 30), (["trace"], 64), (["schema"], 0), (["schema", "--journal"], 0)],
    ids=["decide", "a complaint", "schema", "a long document"],
)
def test_nobody_who_reads_on_changes_no_exit_code(project: Project, words: list[str], code: int) -> None:
    """
    Case 34: `rollout decide before | head -0`: the exit code of the decision, and no traceback.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "rollout", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode == code
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


@pytest.mark.parametrize(
    "others", [("1/2", "1_2"), ("..", "__"), ("a" * 81, "a" * 82)], ids=["signs", "dots", "length"]
)
def test_decisions_about_two_releases_never_share_a_folder(others: tuple[str, str]) -> None:
    """
    Case 34: what stands in for a release in a path is another one for each release, and stays below its folder.
    """
    first, second = map(folder_name, others)
    assert first != second
    assert Path("decisions", first).resolve().parent == Path("decisions").resolve()
    assert folder_name("2.0.0+build.7") == "2.0.0+build.7"
