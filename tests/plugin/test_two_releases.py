"""A run of tests by hand tells another release that answers at its end; for a gate that is the gate's work."""

from pathlib import Path

import pytest

from tests.plugin.small_suite import HERE, pytest_run

pytestmark = pytest.mark.stack
CHECKS = """
import pytest


@pytest.mark.criterion("services-healthy")
def test_alive():
    pass
"""
MOVING = """
from rollout.suite import Suite

answers = iter(["1.0", "1.1"])
SUITE = Suite("moving", release=lambda target: next(answers))
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """One check of a system that is deployed anew between the one and the other question for its release."""
    file = tmp_path / "smoke" / "test_suite.py"
    file.parent.mkdir()
    file.write_text(CHECKS, encoding="utf-8")
    (tmp_path / "moving.py").write_text(MOVING, encoding="utf-8")
    return file


def moving_plan(folder: Path) -> str:
    """Our plan with the suite of that system."""
    text = (HERE / "plan.toml").read_text(encoding="utf-8").replace('suite = "xcodereviewer"', 'suite = "moving"')
    path = folder / "moving-plan.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("gate", "other"), [(None, "1.1"), ("p", "")], ids=["by hand", "for a gate"])
def test_another_release_at_the_end_is_recorded(gate: str | None, other: str, suite: Path) -> None:
    """
    The journal is of the first one, tells of the other, and the run says what to do.
    """
    said, journals = pytest_run(suite, "-m", "phase1", "--plan", moving_plan(suite.parents[1]), gate=gate)
    run = journals["phase1"]
    assert (run.release, run.other_release) == ("1.0", other), said
    assert ("another release answers now, 1.1: run it again for it" in said) is bool(other)
