"""What a page tells somebody to do on a ROLLBACK (case 32)."""

import pytest
from pydantic import ValidationError

from reports.page import page
from rollout.evidence import Ledger
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import Phase, load_plan
from rollout.plan.parse import plan_hash
from rollout.plan.procedure import Procedure
from rollout.plan.proving import unfit_for_evidence
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
        assert "1 step that would overwrite data, or does not say, is left out" in text


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


@pytest.mark.parametrize("more", [{}, {"destructive": False}], ids=["nothing said", "denied"])
@pytest.mark.parametrize(
    "run",
    [
        "pg_restore -d prod backup.sql",
        "kubectl apply -f restore-job.yaml",
        "psql xcodereviewer_prod < backup.sql",
        "psql -d xcodereviewer_prod -f backup.sql",
        "zcat backup.sql.gz | psql xcodereviewer_prod",
        "Import the backup of last night",
        "point-in-time recovery to before the deployment",
        "wal-g backup-fetch /var/lib/postgresql LATEST",
        "barman recover main latest /var/lib/postgresql",
        "rsync -a backup:/var/lib/postgresql/ /var/lib/postgresql/",
        "Recover the database",
    ],
)
def test_a_restore_that_does_not_state_its_danger_is_refused(run: str, more: dict[str, bool]) -> None:
    """
    Case 32: a step that restores something is destructive, whatever it is called and whatever the plan says.
    """
    with pytest.raises(ValidationError, match="overwrites data: write destructive = true"):
        Procedure.model_validate({"id": "new", "title": "New", "steps": [{"run": run, **more}]})
    assert Procedure(id="old", title="Old", steps=(run,)).all_steps[0].destructive


@pytest.mark.parametrize(
    "run", ["pg_dump xcodereviewer_prod > backup.sql", "psql -c 'select 1'", "Revert to previous version"]
)
def test_what_restores_nothing_may_be_shown(run: str) -> None:
    """
    Case 32, the other way: taking a backup, a question to a database, an older release.
    """
    assert not Procedure.model_validate({"id": "new", "title": "New", "steps": [{"run": run}]}).all_steps[0].destructive


def test_the_way_back_of_a_phase_restores_nothing() -> None:
    """
    Case 32: that text is shown on every ROLLBACK, so a restore belongs into a step of a procedure.
    """
    step = {"id": "all", "exposure": "everyone", "percent": 100}
    facts = {"id": "phase3", "title": "Beta", "week": "3", "objective": "it works", "deadline": "1w", "steps": [step]}
    assert Phase.model_validate({**facts, "rollback": "Disable feature flags"})
    with pytest.raises(ValidationError, match=r"phases\.phase3\.rollback: .* restores something"):
        Phase.model_validate({**facts, "rollback": "Restore the database from the backup"})


def test_a_step_that_does_not_say_that_it_is_harmless_is_shown_for_lost_data_alone() -> None:
    """
    Case 32: no list of words knows every way to overwrite a database; a step of text, or without the mark, is none to show.
    """
    steps = ["make the old state", {"run": "make it"}, {"run": "tell people", "destructive": False}]
    made = Procedure.model_validate({"id": "new", "title": "New", "steps": steps})
    assert [step.harmless for step in made.all_steps] == [False, False, True]
    plan = load_plan()
    lines = unfit_for_evidence(plan.model_copy(update={"procedures": (made,)}))
    assert [line.partition(": ")[0] for line in lines] == [
        "procedures.new.step-1.destructive",
        "procedures.new.step-2.destructive",
    ]


@pytest.mark.parametrize("key", ["next", "next_unproven", "next_broken"])
def test_no_next_step_restores_anything_but_lost_data(key: str) -> None:
    """
    Case 32: what to do about a criterion stands on its page whatever the cause is.
    """
    plan = load_plan()
    advice = {key: "pg_restore -d prod backup.sql"}
    told = [each.model_copy(update=advice) if each.id == "error-rate" else each for each in plan.criteria]
    [line] = unfit_for_evidence(plan.model_copy(update={"criteria": tuple(told)}))
    assert line.startswith(f"criteria.error-rate.{key}: 'pg_restore -d prod backup.sql' restores something")
    lost = [each.model_copy(update=advice) if each.id == "no-data-loss" else each for each in plan.criteria]
    assert unfit_for_evidence(plan.model_copy(update={"criteria": tuple(lost)})) == []
