"""Cases 11, 13 and 14: the name of the stand-in is its own, one gate at a time, and decisions of other releases stay."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rollout.gate.lock import GATE, at_work
from rollout.suite import load_suite
from rollout.target import TargetError
from rollout.target.loading import named_target
from tests.cli.conftest import project as project  # the fixture
from tests.cli.project import Project
from xcodereviewer.target import XcrTarget

BASE = 'base_url = "http://127.0.0.1:9"\n'


@pytest.mark.parametrize(
    ("name", "environment"),
    [pytest.param("mine", "standin", id="its environment"), pytest.param("standin", "staging", id="its name")],
)
def test_a_file_is_never_the_stand_in(tmp_path: Path, name: str, environment: str) -> None:
    """
    Case 11: what is allowed on the stand-in is allowed on no real system.
    """
    (tmp_path / f"{name}.toml").write_text(f'environment = "{environment}"\n{BASE}', encoding="utf-8")
    with pytest.raises(TargetError, match="`standin` is reserved"):
        named_target(XcrTarget, name, tmp_path)


def test_a_variable_makes_no_stand_in_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Case 11: nor does the environment of the shell.
    """
    (tmp_path / "staging.toml").write_text(f'environment = "staging"\n{BASE}', encoding="utf-8")
    monkeypatch.setenv("XCR_ENVIRONMENT", "standin")
    with pytest.raises(TargetError, match="XCR_ENVIRONMENT is set, but"):
        named_target(XcrTarget, "staging", tmp_path)


def test_a_second_gate_on_the_same_phase_ends_with_one_line(project: Project) -> None:
    """
    Case 14: exit 64, and who is at work.
    """
    with at_work(project.folder("stage")):
        said = project.run("gate", "stage")
    assert said.code == 64
    assert said.err.startswith("rollout: another gate is at work here: ")
    assert f"pid {os.getpid()}, since " in said.err
    assert not list(project.folder("stage").glob("journals/*-gate-*.jsonl"))


def test_a_gate_that_died_blocks_nobody(tmp_path: Path) -> None:
    """
    Case 14: the lock ends with its process, whatever the file says.
    """
    program = f"import os\nfrom pathlib import Path\nfrom rollout.gate.lock import at_work\nwith at_work(Path({str(tmp_path)!r})):\n    os._exit(9)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
    assert (tmp_path / f"{GATE}.lock").stat().st_size > 0
    with at_work(tmp_path):
        pass


def test_the_decision_about_another_release_is_kept(project: Project) -> None:
    """
    Case 13: deciding for another release overwrites nothing.
    """
    for release in ("1.9", "2.0"):
        project.run("decide", "before", "--release", release)
    kept = project.folder("before") / "decisions" / "1.9"
    assert json.loads((kept / "decision.json").read_text(encoding="utf-8"))["release"] == "1.9"
    assert {path.name for path in kept.iterdir()} >= {"decision.html", "decision.json", "decision.md"}
    assert project.decision("before")["release"] == "2.0"


def test_the_engine_alone_has_no_stand_in() -> None:
    """
    Case 11: a suite without an embedded target offers none.
    """
    assert load_suite(None).embedded is None
