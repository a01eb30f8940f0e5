"""What a page tells somebody to do on a ROLLBACK (case 32)."""

import pytest
from pydantic import ValidationError

from reports.page import page
from rollout.evidence import Ledger
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import load_plan
from rollout.plan.parse import plan_hash
from rollout.plan.procedure import Procedure
from tests.reports.samples import decision, finding

RESTORE = "pg_restore"


def told(*findings: Finding, environment: str = "production") -> str:
    """The page about *findings* under today's plan."""
    return page(decision(*findings, plan=plan_hash(load_plan()), environment=environment), Ledger())


def test_errors_never_suggest_a_restore() -> None:
    """
    Case 32: a restore would destroy what users wrote since the backup; the page says that a step is left out.
    """
    for environment in ("production", "standin"):
        text = told(finding("error-rate", Verdict.TRIGGERED), environment=environment)
        assert "kubectl set env" in text
        assert RESTORE not in text
        assert "1 step that would overwrite data is left out" in text


@pytest.mark.parametrize("verdict", [Verdict.MET, Verdict.UNPROVEN, Verdict.BROKEN])
def test_a_loss_that_did_not_trigger_suggests_no_restore(verdict: Verdict) -> None:
    """
    Case 32: nothing but lost data suggests it: not a canary that is only unproven beside another trigger.
    """
    assert RESTORE not in told(finding("error-rate", Verdict.TRIGGERED), finding("no-data-loss", verdict))


def test_a_loss_of_data_shows_the_restore_with_its_condition() -> None:
    """
    Case 32: the step comes with when it is right and with the word that it overwrites data.
    """
    text = told(finding("no-data-loss", Verdict.TRIGGERED))
    step = text[text.index(RESTORE) - 300 : text.index(RESTORE)]
    assert "only if data was lost" in step
    assert "overwrites data" in step


def test_a_step_keeps_its_condition() -> None:
    """
    Case 32: the plan says to scale down only if needed; a page that leaves that out stops a service without need.
    """
    text = told(finding("error-rate", Verdict.TRIGGERED))
    step = text[: text.index("kubectl scale")].rpartition("<li>")[2]
    assert "if needed" in step


def test_a_restore_in_a_plan_of_plain_text_is_taken_as_destructive() -> None:
    """
    Case 32: steps of older plans are text without marks.
    """
    old = Procedure(id="old", title="Old", steps=("Notify users", "pg_restore -d prod backup.sql"))
    assert [step.destructive for step in old.all_steps] == [False, True]


def test_a_restore_that_does_not_state_its_danger_is_refused() -> None:
    """
    Case 32: a step that restores something says whether it is destructive.
    """
    with pytest.raises(ValidationError, match="state whether it is destructive"):
        Procedure.model_validate({"id": "new", "title": "New", "steps": [{"run": "pg_restore -d prod backup.sql"}]})
