"""The whole way to the GO of a rehearsal on the stand-in: two drills, demo attestations, and a gate."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.standin.test_boot import booted

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("smoke", "integration", "load", "targets", "conftest.py", "plan.toml", "pyproject.toml")
STATE = "ROLLOUT_STANDIN_STATE"
LONGEST_S = 900


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project without its results."""
    root = tmp_path / "project"
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        root.mkdir(exist_ok=True)
        copy(ROOT / name, root / name)
    (root / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "rollout-plan.md", root / "docs")
    return root


@pytest.fixture
def system(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment in which one stand-in is the target of every command."""
    with booted(tmp_path / "standin") as state:
        yield {**os.environ, STATE: f"{state['dir']}/state.json", "COLUMNS": "200"}


@pytest.mark.alone
@pytest.mark.stack
def test_predeploy_reaches_go_after_its_drills(project: Path, system: dict[str, str]) -> None:
    """
    Every criterion is met, and the line says that it was a rehearsal in which nobody signed.

    Beside other tests its latencies can be unproven, since the target waits for a processor.
    """

    def rollout(*words: str) -> str:
        command = [sys.executable, "-m", "rollout", *words]
        ended = subprocess.run(command, cwd=project, env=system, capture_output=True, text=True, timeout=LONGEST_S)
        assert ended.returncode == 0, f"{words}: exit {ended.returncode}: {ended.stdout[:4000]}{ended.stderr[-2000:]}"
        return ended.stdout

    rollout("drill", "restore")
    rollout("drill", "rollback")
    rollout("attest", "demo", "predeploy", "--by", "Kim")
    assert "demo attestations" in rollout("gate", "predeploy")
    folder = project / "reports" / "out" / "standin" / "predeploy"
    assert json.loads((folder / "decision.json").read_text(encoding="utf-8"))["outcome"] == "GO"
    assert "demo attestations" in (folder / "decision.html").read_text(encoding="utf-8")
