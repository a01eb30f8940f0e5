"""`rollout trace` speaks about a target that there is, or ends with one line."""

import pytest

from rollout.cli.trace import trace
from rollout.plan import load_plan
from rollout.target import TargetError


@pytest.mark.parametrize("proven", [False, True])
def test_a_target_that_there_is_not_is_an_error(proven: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """
    Nothing is printed about it, whatever else was asked for.
    """
    with pytest.raises(TargetError, match="no target 'nowhere'"):
        trace(target="nowhere", proven=proven)
    assert capsys.readouterr().out == ""


def test_the_plan_is_named_first(capsys: pytest.CaptureFixture[str]) -> None:
    """
    With what it is for, in its own words.
    """
    trace(target=None, proven=False)
    plan = load_plan()
    assert capsys.readouterr().out.splitlines()[0] == f"**{plan.title}**: {plan.overview}"
