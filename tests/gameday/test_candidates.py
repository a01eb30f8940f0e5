"""A round hides only what somebody could see: faults of what is watched, or of what users at work are answered."""

import pytest

from rollout.gameday.candidates import candidates
from rollout.gameday.round_plan import EVERY_S, SLICE_S, round_plan
from rollout.plan import Support, load_plan


def test_faults_of_what_is_watched_may_be_hidden() -> None:
    """
    Neither a certificate nor a slow report, which nobody looks at in a round, nor what is only advice.
    """
    found = candidates(load_plan(), "phase3")
    assert {"redis-full", "errors-10-percent", "backend-killed", "slow-endpoint", "write-altered"} <= set(found)
    assert not {"expired-certificate", "report-refused", "emergency-switch-ignored", "login-slow"} & set(found)
    assert "monitor-cut-short" not in found


def test_a_phase_in_which_nothing_is_watched_has_nothing_to_hide() -> None:
    """
    One line, with the way out.
    """
    plan = load_plan()
    plan = plan.model_copy(update={"criteria": tuple(each for each in plan.criteria if each.metric is None)})
    with pytest.raises(ValueError, match="no fault breaks what is watched in phase1, so there is nothing to hide"):
        candidates(plan, "phase1")


def test_a_round_keeps_every_limit_and_shortens_what_it_is_judged_over() -> None:
    """
    Slices of seconds, and nothing that only days could make certain.
    """
    before, after = load_plan(), round_plan(load_plan())
    assert [(each.id, each.limit, each.trigger, each.advisory) for each in after.criteria] == [
        (each.id, each.limit, each.trigger, each.advisory) for each in before.criteria
    ]
    assert {each.slice for each in after.criteria} == {None, SLICE_S}
    assert {each.support for each in after.criteria} == {Support.REPORTED}
    assert max(each.least for each in after.criteria) == 10
    assert EVERY_S < SLICE_S
