"""The command line's manners: names, parameters, exit codes."""

import io
import json
from pathlib import Path

import pytest

from standin import fault_command, running_stacks, state_file
from standin.cli import main
from standin.errors import USAGE, StandinError
from standin.faults import CATALOGUE
from standin.paths import runs_dir
from standin.reaper import Reaper
from standin.run_directory import RunDirectory


def test_a_misspelt_fault_is_answered_with_the_nearest_name(capsys: pytest.CaptureFixture[str]) -> None:
    """
    Offender and way out on one line.
    """
    with pytest.raises(StandinError, match="no fault 'redis-ful'; did you mean 'redis-full'") as caught:
        fault_command.known("redis-ful")
    assert caught.value.code == USAGE


def test_a_dash_stands_for_a_name_that_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    It is read from standard input; an empty line switches nothing.
    """
    monkeypatch.setattr("sys.stdin", io.StringIO("redis-full\n\n"))
    assert [fault_command.named(name) for name in ("-", "-", "redis-killed")] == ["redis-full", "", "redis-killed"]


def test_parameters_are_json_where_they_look_like_it() -> None:
    """
    Numbers and truth values arrive as such, everything else as text.
    """
    assert fault_command.parse(["ms=800", "share=0.5", "on=true", "path=/x"]) == {
        "ms": 800,
        "share": 0.5,
        "on": True,
        "path": "/x",
    }


def test_a_parameter_without_a_value_is_refused() -> None:
    """
    A forgotten `=` must not turn into something else.
    """
    with pytest.raises(StandinError, match="'ms' is not key=value"):
        fault_command.parse(["ms"])


def test_a_directory_without_a_stand_in_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """
    One line, and the exit code for wrong usage.
    """
    assert main(["status", "--dir", str(tmp_path)]) == USAGE
    assert capsys.readouterr().err == f"standin: no stand-in in {tmp_path}: there is no state.json\n"


def test_the_state_of_another_version_is_refused(tmp_path: Path) -> None:
    """
    Better no answer than one from fields that mean something else now.
    """
    (tmp_path / state_file.FILE).write_text(json.dumps({"schema_version": 0}))
    with pytest.raises(StandinError, match="schema_version 0, want 1"):
        state_file.load(tmp_path)


def test_the_list_of_faults_needs_no_stand_in(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """
    What can be broken is known before anything runs.
    """
    assert main(["fault", "--list", "--json", "--dir", str(tmp_path)]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [fault["name"] for fault in listed] == sorted(CATALOGUE)
    assert not any(fault["on"] for fault in listed)


def test_a_directory_that_cannot_be_used_is_wrong_usage(tmp_path: Path) -> None:
    """
    One line with the reason and the way out, the exit code of usage, and nothing left in the list of what runs.
    """
    (tmp_path / "file").touch()
    reaper = Reaper()
    directory = RunDirectory(reaper)
    before = running_stacks.running()
    try:
        with pytest.raises(StandinError, match=r"cannot use .*: Not a directory; name a directory .* by --dir") as told:
            directory.claim(tmp_path / "file" / "x", None)
    finally:
        directory.release()
        reaper.close()
    assert told.value.code == USAGE
    assert running_stacks.running() == before
    assert not [entry for entry in runs_dir().glob("*.json") if directory.name in entry.name]
