"""Case 1: a Python that leaves asserts out lets every check pass; nothing that it runs is evidence."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from rollout.evidence.records import TestOutcome
from rollout.executed_asserts import without_asserts
from tests.plugin.small_suite import HERE, pytest_run

FAILS = """
import pytest

@pytest.mark.criterion("services-healthy")
def test_alive():
    assert False
"""
JOURNAL = """
from pathlib import Path
from rollout.evidence import Journal
Journal(Path("j"), None)
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of one check, which fails wherever asserts are executed."""
    folder = tmp_path / "smoke"
    folder.mkdir()
    (folder / "test_suite.py").write_text(FAILS, encoding="utf-8")
    return folder


def complaint(level: int) -> str:
    """The line that everybody says."""
    said = without_asserts(level)
    assert said.count("\n") == 0
    return said


def test_a_python_that_executes_asserts_is_fine() -> None:
    """
    Level 0 is what everybody runs.
    """
    assert without_asserts(0) == ""


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["serial", "a worker"])
def test_a_test_run_without_asserts_leaves_no_journal(
    suite: Path, workers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Case 1: the variable and plain asserts make a failing check pass; the run ends before it, in one line.
    """
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    said, journals = pytest_run(suite, "-m", "phase1", "--assert=plain", *workers)
    assert said.strip() == f"ERROR: {complaint(1)}"
    assert journals == {}


@pytest.mark.stack
def test_a_worker_without_asserts_passes_no_check(suite: Path) -> None:
    """
    Case 1: only the worker leaves them out; its tests say so and prove nothing.
    """
    worker = f"popen//python={shlex.quote(sys.executable)} -O"
    said, journals = pytest_run(suite, "-m", "phase1", "--assert=plain", "--tx", worker, "--dist", "load")
    (record,) = journals["phase1"].of(TestOutcome)
    assert record.outcome == "skipped", said
    assert record.obstacle is not None
    assert (record.obstacle.kind, record.obstacle.cause) == ("not-configured", complaint(1))


def test_no_producer_begins_a_journal_without_asserts(tmp_path: Path) -> None:
    """
    Case 1: every producer opens a journal, so none of them is forgotten.
    """
    done = subprocess.run(
        [sys.executable, "-O", "-c", JOURNAL],
        cwd=tmp_path,
        env={"PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.strip().endswith(f"ValueError: {complaint(1)}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.stack
def test_a_load_without_asserts_ends_with_64(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Case 1: the users of a load assert what they are answered.
    """
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    command = [sys.executable, "-m", "locust", "-f", "load/locustfile.py", "--headless"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 64
    assert f"load: {complaint(2)}" in done.stderr
