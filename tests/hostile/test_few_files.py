"""A gate that may open few files ends by itself, with a decision that is no GO."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.moods import QUICK
from tests.hostile.server import hostile_server
from tests.hostile.suite import ROOT, facts

pytestmark = pytest.mark.slow
FEW = 64
LONGEST_S = 600
PARTS = (
    "smoke",
    "integration",
    "load",
    "xcodereviewer",
    "docs",
    "targets",
    "conftest.py",
    "plan.toml",
    "pyproject.toml",
)


def test_a_gate_with_few_files_ends_by_itself(tmp_path: Path) -> None:
    """
    Stages that cannot open what they need fail; the gate goes on to its decision.
    """
    project = tmp_path / "project"
    project.mkdir()
    for name in PARTS:
        (project / name).symlink_to(ROOT / name)
    with hostile_server(QUICK["missing endpoints"]) as server:
        state = tmp_path / "state.json"
        state.write_text(json.dumps(facts(server.port, tmp_path)), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "rollout", "gate", "phase1", "--release", "1"],
            cwd=project,
            env={**os.environ, "ROLLOUT_STANDIN_STATE": str(state)},
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
            preexec_fn=limited,
        )
    assert done.returncode in (10, 30), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    decision = json.loads((project / "reports" / "out" / "standin" / "phase1" / "decision.json").read_text("utf-8"))
    assert decision["exit_code"] == done.returncode


def limited() -> None:
    """Let a process and what it starts open few files each."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, FEW))
