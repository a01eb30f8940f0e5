"""`rollout watch` as a process, on a target whose readiness never ends: it stops when told, and stays small."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from rollout.evidence import JournalState, read_ledger
from tests.hostile.moods import QUICK, drips, endless_headers
from tests.hostile.server import Mood, hostile_server
from tests.hostile.suite import ended

PLAN = Path(__file__).parents[1] / "cli" / "plan.toml"
END_S = 60
MOST_MB = 250


@pytest.mark.parametrize(
    "mood",
    [
        pytest.param(drips, id="dripping"),
        pytest.param(QUICK["30 MB"], id="endless"),
        pytest.param(endless_headers, id="endless headers"),
        pytest.param(QUICK["gzip bombs"], id="a gzip bomb"),
    ],
)
def test_a_watch_ends_when_told_whatever_the_target_does(mood: Mood, tmp_path: Path) -> None:
    """
    SIGTERM ends it with a whole journal and exit 0, in less memory than the body would take.
    """
    command = [sys.executable, "-m", "rollout", "watch", "stage", "--for", "2h", "--every", "1s", "--no-decision"]
    command += ["--target", "sick", "--release", "1", "--journals", str(tmp_path / "j")]
    with hostile_server(mood) as server:
        project(tmp_path, server.address)
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, env=dict(os.environ)) as process:
            assert process.stdout is not None
            assert b"no answer" in process.stdout.readline()
            process.send_signal(signal.SIGTERM)
            code, peak_mb = ended(process, END_S)
    (run,) = read_ledger([tmp_path / "j"]).runs
    assert (code, run.state) == (0, JournalState.COMPLETE)
    assert peak_mb < MOST_MB


def project(folder: Path, address: str) -> None:
    """A project with one target, at *address*."""
    plan = PLAN.read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(f'suite = "xcodereviewer"\n{plan}', encoding="utf-8")
    (folder / "targets").mkdir()
    (folder / "targets" / "sick.toml").write_text(f'environment = "staging"\nbase_url = "{address}"\n', "utf-8")
