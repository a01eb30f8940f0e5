"""The steps of a procedure: what kubectl does in one stands there with its checks, or the plan is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from rollout.plan import load_plan
from rollout.plan.procedure import Procedure

ACTION = {"do": "scale", "deployment": "backend", "replicas": 0}
CHECKS = {"pre_check": "deployment-exists", "post_check": "no-pods", "within": "2min"}
RESTORE = {"action": {"do": "restore", "deployment": "backend"}, "destructive": True, "within": "4h"}
RESTORE_CHECKS = {"pre_check": "database-is-new", "post_check": "restored"}


def procedure(*steps: Any) -> Procedure:
    """A procedure of some steps."""
    return Procedure.model_validate({"id": "back", "title": "Back", "steps": list(steps)})


def test_a_step_with_an_action_has_its_checks() -> None:
    """
    Durations are seconds, and it may not be sent twice unless it says so.
    """
    ((name, step),) = procedure({"run": "scale down", "action": ACTION, **CHECKS}).named_steps
    assert (name, step.within, step.idempotent) == ("step-1", 120, False)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ({"action": ACTION}, "'scale down' has an action and lacks pre_check, post_check, within"),
        ({"action": ACTION, **CHECKS, "within": None}, "has an action and lacks within"),
        ({"post_check": "no-pods"}, "'scale down' has no action, so nothing reads post_check"),
        ({"idempotent": True}, "'scale down' has no action, so nothing reads idempotent"),
        ({"action": ACTION, **CHECKS, "destructive": True}, "overwrites data: people do it, take the action out"),
        ({"action": {**ACTION, "values": {"A": "1"}}, **CHECKS}, "scale takes replicas, got replicas and values"),
        ({"action": {"do": "set-env", "deployment": "b"}, **CHECKS}, "set-env takes values, got nothing"),
        ({"action": {**ACTION, "do": "undo"}, **CHECKS}, "undo takes neither values nor replicas, got replicas"),
        ({"action": {**ACTION, "replicas": -1}, **CHECKS}, "greater than or equal to 0"),
        ({"action": {**ACTION, "do": "delete"}, **CHECKS}, "Input should be 'set-env', 'scale', 'undo'"),
        ({"acton": ACTION}, "acton"),
        ({**RESTORE, **RESTORE_CHECKS, "destructive": False}, "write destructive = true"),
        ({**RESTORE, **CHECKS}, "database-is-new and restored are the checks of restore, and of nothing else"),
        ({**RESTORE, **RESTORE_CHECKS, "pre_check": "deployment-exists"}, "are the checks of restore"),
        ({"action": ACTION, **CHECKS, "post_check": "restored"}, "are the checks of restore"),
        ({"action": {**ACTION, "do": "restore"}, **CHECKS}, "restore takes neither values nor replicas"),
    ],
)
def test_a_step_that_does_not_fit_is_refused(step: dict[str, Any], reason: str) -> None:
    """
    With the offender and what is wrong.
    """
    with pytest.raises(ValidationError, match=reason):
        procedure({"run": "scale down", **step})


def test_a_step_that_restores_has_checks_of_its_own() -> None:
    """
    It goes into a new database, and is shown only where data was lost all the same.
    """
    ((_, step),) = procedure({"run": "bring it back", **RESTORE, **RESTORE_CHECKS}).named_steps
    assert (step.destructive, step.within) == (True, 4 * 3600)


def test_two_steps_of_a_procedure_share_no_name() -> None:
    """
    Two of the same text are told apart by their numbers.
    """
    assert [name for name, _ in procedure("wait", "wait").named_steps] == ["step-1", "step-2"]
    with pytest.raises(ValidationError, match=r"procedures\.back: step 'a' stands there twice"):
        procedure({"id": "a", "run": "one"}, {"id": "a", "run": "two"})


def test_what_a_plan_of_before_says_of_its_steps_is_hashed_as_before() -> None:
    """
    Keys that it does not have do not change what its evidence was taken under.
    """
    old = procedure({"run": "turn it off", "phases": ["stage"]}).steps[0]
    assert not isinstance(old, str)
    assert set(old.model_dump()) == {"run", "condition", "phases", "destructive"}


def test_the_plan_that_ships_has_commands_for_what_can_be_carried_out() -> None:
    """
    Its commands are those of the plan in words; the one that restores is carried out into a new database only.
    """
    steps = {f"{each.id}.{name}": step for each in load_plan().procedures for name, step in each.named_steps}
    carried = {name for name, step in steps.items() if step.action}
    restoring = {name for name, step in steps.items() if step.action and step.action.do == "restore"}
    assert restoring == {"emergency.restore"}
    assert carried - restoring == {"emergency.disable-flag", "emergency.scale-down", "revert.undo", "gradual.lower"}
    assert [name for name, step in steps.items() if step.destructive] == ["emergency.restore"]
    assert all(step.idempotent for step in steps.values() if step.action)
