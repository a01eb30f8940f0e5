"""`kill -9` of the restore drill at each point of its course: the next one removes what is left, and the live database stays as it is."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from rollout.drill.left_databases import left_databases
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import PREFIX
from rollout.target.wait import eventually
from tests.drill.live_database import canary_schemas, catalogued, content, scratch_databases

pytestmark = pytest.mark.stack

ROOT = Path(__file__).resolve().parents[2]
IN_SCRATCH = ("restore", "compare", "restore the backup", "check the backup")
STEPS = ("preflight", "dump", *IN_SCRATCH[:2], "find the backup", *IN_SCRATCH[2:])
POINTS = [pytest.param(step, where, marks=pytest.mark.slow) for step in STEPS for where in ("begins", "ends")]
POINTS += [pytest.param(step, "is under way") for step in ("dump", *IN_SCRATCH)]


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for the dumps of our own drills."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def killed(drill: RestoreDrill, catalogue: Path, point: str, temporary: Path) -> int:
    """The exit code of a drill that is killed at a *point*."""
    facts = {"live": drill.live.get_secret_value(), "scratch": drill.scratch.get_secret_value()}
    done = subprocess.run(
        [sys.executable, "-m", "tests.drill.killed_drill", point],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        input=json.dumps({**facts, "programs": str(drill.programs), "catalogue": str(catalogue)}),
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode


@pytest.mark.parametrize(("step", "where"), POINTS)
def test_the_next_drill_ends_what_a_killed_one_began(
    drill: RestoreDrill, tmp_path: Path, temporary: Path, step: str, where: str
) -> None:
    """
    Its scratch database, its dump and its canary rows are found and removed, and nothing of the live database changed.
    """
    backups = catalogued(drill, tmp_path)
    drill.may_write = True
    assert backups.catalogue is not None
    before = content(drill.live)
    assert killed(drill, backups.catalogue, f"{step} {where}", temporary) == -signal.SIGKILL
    left = scratch_databases(drill)
    assert len(left) == (1 if step in IN_SCRATCH else 0)

    def nobody_keeps_it() -> None:
        assert [each.name for each in left_databases(drill.scratch)] == left

    eventually(nobody_keeps_it, within=30)
    assert "is the same to the letter" in drill.carry_out(backups).reason
    assert scratch_databases(drill) == []
    assert canary_schemas(drill) == []
    assert list(temporary.glob(f"{PREFIX}*")) == []
    assert content(drill.live) == before
