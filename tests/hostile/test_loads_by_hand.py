"""A load by hand that leaves out what the plan asks for gives no GO (case 7), through the real command on the real stand-in."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rollout.embedded import booted
from rollout.evidence import read_ledger
from rollout.judge.decide import decide
from rollout.judge.verdict import Verdict
from rollout.plan import load_plan
from rollout.target.settings import STATE_VARIABLE
from xcodereviewer.suite import SUITE

pytestmark = pytest.mark.stack

ROOT = Path(__file__).resolve().parents[2]
REVIEWERS = (sys.executable, "-m", "locust", "-f", "load/locustfile.py", "--headless", "--phase", "phase1", "Reviewer")
NO_GO = (10, 20, 30)


def test_reviewers_alone_give_no_go(tmp_path: Path) -> None:
    """
    `locust … Reviewer` sends as many requests as the plan asks for, of one of its five scenarios: it proves nothing.
    """
    with booted(SUITE, os.getpid()) as state:
        surroundings = {**os.environ, STATE_VARIABLE: str(Path(state["dir"]) / "state.json")}
        command = [*REVIEWERS, "--journals", str(tmp_path), "--progress", "plain"]
        done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode in NO_GO, done.stdout + done.stderr
    ledger = read_ledger([tmp_path], release=state["version"])
    run = next(each for each in ledger.runs if each.producer == "load")
    assert run.started.load is not None
    assert list(run.started.load.scenarios or ()) == ["reviewer"]
    decision = decide(load_plan(), "phase1", ledger, time.time(), release=state["version"], prerequisites=())
    said = {found.id: found for found in decision.findings if found.source == "load"}
    assert said
    assert [name for name, found in said.items() if found.verdict is Verdict.MET] == []
