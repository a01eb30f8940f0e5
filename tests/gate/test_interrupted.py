"""What a gate that was interrupted says of what it leaves."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from rollout.cli.gate import left_behind
from rollout.target import Action
from xcodereviewer.target import XcrTarget

URL = "http://127.0.0.1:9"


def interrupted(folder: Path, *allow: Action) -> str:
    """The words of a gate on a production target with these permissions."""
    target = XcrTarget.model_validate(
        {"name": "live", "environment": "production", "base_url": URL, "allow": frozenset(allow)}
    )
    job: Any = SimpleNamespace(target=target, journals=folder / "journals")
    return left_behind(job)


def test_a_gate_that_may_change_nothing_leaves_no_test_data(tmp_path: Path) -> None:
    """
    On a target that permits reads alone nobody has to look for objects of the suite, or for a decision that never was.
    """
    said = interrupted(tmp_path)
    assert said.endswith("; no decision is current")
    assert "rollout-" not in said


@pytest.mark.parametrize("action", [Action.WRITE, Action.PROBE, Action.FUZZ])
def test_what_an_interrupted_gate_may_have_left_is_told(tmp_path: Path, action: Action) -> None:
    """
    Its test data has a name that tells it, and the decision before it lies where it was put aside.
    """
    (tmp_path / "decisions").mkdir()
    said = interrupted(tmp_path, action)
    assert f"test data called rollout-… may be left on {URL}" in said
    assert said.endswith(f"no decision is current, the one before is kept in {tmp_path / 'decisions'}")
