"""`rollout watch` as a process, on a target whose readiness never ends or whose broker cannot be asked: it ends in order, and stays small."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rollout.evidence import JournalState, read_ledger
from rollout.evidence.records import Slot
from rollout.sources.registry import metric
from tests.hostile.moods import QUICK, drips, endless_headers
from tests.hostile.server import Mood, hostile_server
from tests.hostile.suite import ended
from tests.watch.stores import address, nobody, valkey

PLAN = Path(__file__).parents[1] / "cli" / "plan.toml"
END_S = 60
MOST_MB = 250
SECRET = "Zq7-not-to-be-seen"


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


def refusing(folder: Path) -> Iterator[str]:
    """A broker whose port nobody listens at."""
    yield nobody()


def unknown_host(folder: Path) -> Iterator[str]:
    """A broker at a name without an address."""
    yield f"redis://:{SECRET}@nowhere.invalid:6379/0"


def wrong_password(folder: Path) -> Iterator[str]:
    """A broker that wants another password."""
    with valkey(folder) as server:
        server.config_set("requirepass", "another-word")
        yield address(server).replace("//", f"//:{SECRET}@")


@pytest.mark.parametrize("broker", [refusing, unknown_host, wrong_password])
def test_a_broker_that_cannot_be_asked_is_told_in_the_line_of_each_look(
    broker: Callable[[Path], Iterator[str]], tmp_path: Path
) -> None:
    """
    The watch goes on to its end: no traceback, no value, and no word of the password.
    """
    command = [sys.executable, "-m", "rollout", "watch", "stage", "--for", "1s", "--every", "1s", "--no-decision"]
    command += ["--target", "sick", "--release", "1", "--journals", str(tmp_path / "j")]
    with contextmanager(broker)(tmp_path) as url, hostile_server(QUICK["null"]) as server:
        project(tmp_path, server.address)
        told = {**os.environ, "XCR_BROKER_URL": url, "COLUMNS": "4000"}
        done = subprocess.run(
            command, cwd=tmp_path, env=told, capture_output=True, text=True, timeout=END_S, check=False
        )
    (run,) = read_ledger([tmp_path / "j"]).runs
    looks = list(run.of(Slot))
    assert (done.returncode, done.stderr, run.state) == (0, "", JournalState.COMPLETE)
    assert len(looks) == len(done.stdout.splitlines()) > 0
    for name in ("celery.queue_tasks", "celery.workers_count"):
        samples = [each.samples[metric(name).sampled] for each in looks]
        assert [(each.value, "not configured" in each.error) for each in samples] == [(None, False)] * len(looks)
        assert all(each.error for each in samples)
    assert SECRET not in done.stdout + run.path.read_text(encoding="utf-8")


def project(folder: Path, address: str) -> None:
    """A project with one target, at *address*."""
    plan = PLAN.read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(f'suite = "xcodereviewer"\n{plan}', encoding="utf-8")
    (folder / "targets").mkdir()
    facts = f'environment = "staging"\nbase_url = "{address}"\nqueues = ["celery"]\n'
    (folder / "targets" / "sick.toml").write_text(facts, encoding="utf-8")
