"""Cases 16 and 17: a target cannot leave out what the plan asks of it, and a waiver erases nothing."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import AnyHttpUrl

from rollout.evidence import read_ledger
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome
from rollout.origin import origin
from rollout.plan import Criterion, Plan, load_plan
from rollout.plan.proving import unfit_for_evidence
from rollout.target import Target
from tests.judge.ledgers import NOW, PLAN, drill, everything, judged, reason, run_of_tests, signatures, slots, start

EVERY = {f"stage.{item.id}": "it does not matter here" for item in PLAN.criteria}


def waivable(*names: str) -> Plan:
    """The small plan, in which the criteria *names* may be left out."""
    criteria = tuple(item.model_copy(update={"waivable": True}) if item.id in names else item for item in PLAN.criteria)
    return PLAN.model_copy(update={"criteria": criteria})


def under(plan: Plan, folder: Path) -> Decision:
    """What is decided from the journals in *folder* under *plan*."""
    return decide(plan, "stage", read_ledger([folder]), NOW)


def declare(folder: Path, **more: Any) -> None:
    """A run on a target that declares what does not apply to it."""
    with start(folder, "gate", at=NOW, **more):
        pass


def test_a_target_that_leaves_out_everything_holds(tmp_path: Path) -> None:
    """
    Case 16: waivers that the plan does not permit are problems and waive nothing.
    """
    declare(tmp_path, not_applicable=EVERY)
    decision = judged(tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert decision.not_applicable == {}
    assert "the plan does not permit it" in reason(decision, "evidence-intact")


def test_a_waiver_that_the_plan_does_not_permit_holds_whole_evidence(tmp_path: Path) -> None:
    """
    Case 16: even where every criterion is met, the declaration itself is a problem.
    """
    everything(tmp_path)
    declare(tmp_path, not_applicable={"stage.signed": "nobody to ask"})
    assert judged(tmp_path).outcome is Outcome.HOLD


def test_a_decision_in_which_nothing_was_measured_holds(tmp_path: Path) -> None:
    """
    Case 16: where the plan permits every waiver and each is used, nothing was proven.
    """
    declare(tmp_path, not_applicable=EVERY)
    decision = under(waivable(*(item.id for item in PLAN.criteria)), tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert len(decision.not_applicable) == len(PLAN.criteria)
    assert "nothing was measured" in {finding.value for finding in decision.findings}


def test_a_waiver_that_the_plan_permits_is_counted(tmp_path: Path) -> None:
    """
    Case 16, the other way: a criterion that may be left out leaves the findings and stands in the line.
    """
    run_of_tests(tmp_path)
    drill(tmp_path)
    slots(tmp_path, [3.0] * 121)
    declare(tmp_path, not_applicable={"stage.signed": "nobody to ask"})
    decision = under(waivable("signed"), tmp_path)
    assert decision.line == "GO (1 not applicable)"
    assert decision.not_applicable == {"stage.signed": "nobody to ask"}


@pytest.mark.parametrize("accepted", [True, False], ids=["good evidence stays", "a refusal stays"])
def test_a_waiver_erases_no_evidence(tmp_path: Path, accepted: bool) -> None:
    """
    Case 17: what is known about a criterion counts, though a later journal declares it not applicable.
    """
    everything(tmp_path)
    signatures(tmp_path, "owner", "tester", accepted=accepted)
    declare(tmp_path, not_applicable={"stage.signed": "nobody to ask"})
    decision = under(waivable("signed"), tmp_path)
    assert decision.not_applicable == {}
    assert decision.outcome is (Outcome.GO if accepted else Outcome.NO_GO)


def test_what_calls_for_a_rollback_is_never_waivable() -> None:
    """
    Case 17: the plan's reader refuses a criterion that has a trigger and may be left out.
    """
    document = PLAN.model_dump(mode="json", exclude_none=True)
    item = next(item for item in document["criteria"] if item["id"] == "queue")
    item |= {"waivable": True, "max_age": "1d", "trigger": {"op": ">", "value": 500, "unit": "tasks"}}
    with pytest.raises(ValueError, match="waivable with a trigger"):
        type(PLAN.criteria[0]).model_validate(item)


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("monitored", "window.covered_hours"),
        ("availability", "service.available_percent"),
        ("users-error-rate", "users.failed_percent"),
        ("users-response-times", "users.p95_ms"),
        ("users-availability", "users.served_percent"),
        ("response-times", "all.p95_ms"),
        ("mean-latency", "all.mean_ms"),
        ("load-tested", "load.requests_count"),
    ],
)
def test_what_every_system_has_is_never_waivable(name: str, metric: str) -> None:
    """
    Cases 16 and 22: no target may leave out the time that was watched, its answers, or what its load did.
    """
    criterion = next(item for item in load_plan().criteria if item.id == name)
    document = {**written(criterion), "trigger": None, "waivable": True, "quotes": []}
    with pytest.raises(ValueError, match=f"waivable on '{metric}': every target has it, so none may leave it out"):
        Criterion.model_validate(document)


def test_what_a_target_may_lack_is_waivable() -> None:
    """
    Case 16, the other way: a service without a queue may say so where the plan lets it.
    """
    queue = next(item for item in load_plan().criteria if item.id == "celery-queue")
    assert Criterion.model_validate({**written(queue), "waivable": True}).waivable


def written(criterion: Criterion) -> dict[str, Any]:
    """A criterion as a plan has it, durations with their units."""
    document = criterion.model_dump(mode="json", exclude_none=True)
    times: dict[str, Any] = {
        key: f"{document[key]:.0f}s" for key in ("max_age", "slice", "longest_interval") if key in document
    }
    return {**document, **times}


def test_no_producer_runs_on_a_target_with_a_waiver_that_is_none() -> None:
    """
    Case 16: the origin of evidence is refused in one line that names the criterion and the way out.
    """
    target = Target(
        name="staging",
        environment="staging",
        base_url=AnyHttpUrl("http://127.0.0.1:1"),
        not_applicable={"stage.signed": "nobody"},
    )
    with pytest.raises(ValueError, match=r"stage\.signed: the plan does not permit .* waivable"):
        origin(PLAN, "stage", target, "1", "pytest")
    assert origin(waivable("signed"), "stage", target, "1", "pytest").not_applicable == {"stage.signed": "nobody"}


@pytest.mark.parametrize("name", ["error-rate", "no-data-loss", "users-error-rate"])
def test_a_trigger_cannot_be_made_advice(name: str) -> None:
    """
    Case 17: what only advises never changes a decision, so the plan's reader refuses a trigger there.
    """
    plan = load_plan()
    some = tuple(item.model_copy(update={"advisory": True}) if item.id == name else item for item in plan.criteria)
    assert unfit_for_evidence(plan.model_copy(update={"criteria": some})) == [
        f"criteria.{name}.advisory: with a trigger: what calls for a rollback decides; take out advisory, or the trigger"
    ]
