"""Case 34: a stand-in kept by hand is named with its checkout and its faults, and one with faults on needs a word."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from rollout import embedded
from rollout.kept import adopt, origin_of
from rollout.suite import Suite
from rollout.target import TargetError
from rollout.target.settings import HANDED_BY_VARIABLE, STATE_VARIABLE
from tests.cli.project import Project
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

FACTS = {"name": "standin", "environment": "standin", "base_url": "http://127.0.0.1:9"}
FOUND = XcrTarget.model_validate(FACTS)


def state(folder: Path, *faults: str, **more: Any) -> dict[str, Any]:
    """What a stand-in in *folder* tells of itself."""
    file = folder / "faults.json"
    file.write_text(json.dumps({name: {} for name in faults}), encoding="utf-8")
    return {"name": "mine", "dir": str(folder), "kept": True, "faults_file": str(file), **more}


def test_a_stand_in_with_faults_is_refused(tmp_path: Path) -> None:
    """
    Case 34: name, checkout, faults, and the way out.
    """
    with pytest.raises(TargetError) as refusal:
        adopt(state(tmp_path, "slow", "login-broken", checkout="/elsewhere"), False, print)
    assert str(refusal.value) == (
        f"the stand-in 'mine' kept in {tmp_path}, of another checkout, /elsewhere, has faults on: login-broken, slow;"
        " turn them off with rollout standin fault --clear, or agree to them with --with-faults"
    )


@pytest.mark.parametrize(("faults", "said"), [((), ""), (("slow",), ", with faults on: slow")], ids=["whole", "agreed"])
def test_a_stand_in_that_is_used_is_named(tmp_path: Path, faults: tuple[str, ...], said: str) -> None:
    """
    Never in silence, whoever started it.
    """
    told: list[str] = []
    adopt(state(tmp_path, *faults), bool(faults), told.append)
    assert told == [f"uses the stand-in 'mine' kept in {tmp_path}, of an unknown checkout{said}"]


def test_a_half_built_stand_in_is_named_as_such(tmp_path: Path) -> None:
    """
    A decision about it is taken for none about a complete one.
    """
    told: list[str] = []
    adopt(state(tmp_path, profile="half-built"), False, told.append)
    adopt(state(tmp_path, profile="complete"), False, told.append)
    assert [line.partition(" kept")[0] for line in told] == [
        "uses the stand-in 'mine' of the profile half-built",
        "uses the stand-in 'mine'",
    ]


def test_the_checkout_is_compared_with_the_project(project: Project) -> None:
    """
    The folder with the plan that the command works for.
    """
    assert origin_of({"checkout": str(project.root)}) == "this checkout"
    assert origin_of({"checkout": str(project.root.parent)}) == f"another checkout, {project.root.parent}"


def test_faults_that_cannot_be_read_are_not_none(tmp_path: Path) -> None:
    """
    What nobody can know is no permission.
    """
    with pytest.raises(TargetError, match="nobody knows which faults are on"):
        adopt({**state(tmp_path), "faults_file": str(tmp_path / "gone")}, False, print)


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in kept by hand with a fault on, as its status tells it; its folder."""
    facts = state(tmp_path, "slow")
    (tmp_path / "state.json").write_text(json.dumps(facts), encoding="utf-8")
    monkeypatch.delenv(STATE_VARIABLE, raising=False)
    monkeypatch.delenv(HANDED_BY_VARIABLE, raising=False)
    monkeypatch.setattr(embedded, "running_state", lambda suite: facts)
    monkeypatch.setattr(Suite, "target_of", lambda self, found: FOUND)
    return tmp_path


@pytest.mark.parametrize("command", [["gate", "stage"], ["watch", "stage", "--for", "1h"], ["doctor"]])
def test_no_command_measures_it(project: Project, kept: Path, command: list[str]) -> None:
    """
    Case 34: one line and exit 64.
    """
    said = project.run_bare(*command)
    assert said.code == 64
    assert "has faults on: slow" in said.err
    assert said.err.count("\n") == 1


def left_over(kept: Path, monkeypatch: pytest.MonkeyPatch, handed_by: str) -> None:
    """The variables of a gate, in the shell of somebody else."""
    monkeypatch.setenv(STATE_VARIABLE, str(kept / "state.json"))
    monkeypatch.setenv(HANDED_BY_VARIABLE, handed_by)


@pytest.mark.parametrize("handed_by", ["", "nobody", f"{2**22 + 1}@boot:7"], ids=["nobody", "no process", "dead"])
def test_a_stand_in_that_a_variable_of_the_shell_names_is_asked_about_too(
    kept: Path, monkeypatch: pytest.MonkeyPatch, handed_by: str
) -> None:
    """
    Case 34: only a gate that is at work hands its stand-in over, whatever is on; a variable that is left over is no agreement.
    """
    left_over(kept, monkeypatch, handed_by)
    with pytest.raises(TargetError, match="has faults on: slow"), embedded.target_at_hand(SUITE, None):
        pass


def test_a_stand_in_that_a_variable_of_the_shell_names_is_named(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Case 34: with its faults, where they are agreed to; its stages are handed it as any other.
    """
    left_over(kept, monkeypatch, "")
    told: list[str] = []
    with embedded.target_at_hand(SUITE, None, with_faults=True, tell=told.append), embedded.target_at_hand(SUITE, None):
        assert len(told) == 1
        assert told[0].endswith("with faults on: slow")


def test_what_a_gate_agreed_to_holds_for_its_stages(kept: Path) -> None:
    """
    The stand-in is handed over: a stage neither asks again nor finds another one.
    """
    with embedded.target_at_hand(SUITE, None, with_faults=True):
        assert os.environ[STATE_VARIABLE] == str(kept / "state.json")
        with embedded.target_at_hand(SUITE, None) as found:
            assert found is FOUND
        assert STATE_VARIABLE in os.environ
    assert STATE_VARIABLE not in os.environ
