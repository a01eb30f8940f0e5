"""The project in which commands are walked has our plan, with a load that a gate brings to its end in seconds."""

from pathlib import Path

from rollout.plan import load_plan
from tests.permissions.walks import make_project


def test_the_load_of_the_walked_phase_is_short_and_can_be_proven(tmp_path: Path) -> None:
    """
    A plan that its load can never prove is refused, and a command that refuses its plan sends nothing.
    """
    make_project(tmp_path, "http://127.0.0.1:9", (), "production")
    asked = load_plan(tmp_path / "plan.toml").phase("phase3").load
    assert asked is not None
    assert asked.hold == 5
