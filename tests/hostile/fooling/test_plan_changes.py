"""Case 19: rules that were loosened after the evidence was taken hold until a person accepts them by name."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import PlanChange, Revoke
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome
from rollout.plan import Limit, Plan
from rollout.plan.document import Alert
from rollout.plan.meaning import meanings, phase_meaning
from rollout.plan.parse import plan_hash
from tests.judge.ledgers import NOW, PLAN, everything, reason
from tests.judge.statements import say


def changed(name: str, **more: Any) -> Plan:
    """The small plan with the criterion *name* changed."""
    criteria = tuple(item.model_copy(update=more) if item.id == name else item for item in PLAN.criteria)
    return PLAN.model_copy(update={"criteria": criteria})


def without(name: str) -> Plan:
    """The small plan without the criterion *name*."""
    return PLAN.model_copy(update={"criteria": tuple(item for item in PLAN.criteria if item.id != name)})


def taken(folder: Path, *, told: bool = True) -> None:
    """Whole evidence under the small plan; journals of before only tell the hash of the plan."""
    everything(folder, meanings=meanings(PLAN, "stage") if told else None, plan=plan_hash(PLAN))


def under(plan: Plan, folder: Path) -> Decision:
    """What is decided from the journals in *folder* under *plan*."""
    return decide(plan, "stage", read_ledger([folder]), NOW)


LOOSENED = changed("queue", limit=PLAN.criterion("stage.queue").limit.model_copy(update={"value": 10_000.0}))  # type: ignore[union-attr]


def ruled(**more: Any) -> Plan:
    """The small plan with keys of its phase changed."""
    return PLAN.model_copy(update={"phases": (PLAN.phases[0].model_copy(update=more),)})


SUITED = PLAN.model_copy(update={"suite": "shop"})
STEP = PLAN.phases[0].steps[0]
ALERT = Alert(id="a", quote="x", metric="all.fail_percent", limit=Limit(op=">", value=5, unit="%"), rule="A")
OTHERS = [
    pytest.param(LOOSENED, "stage.queue", id="a loosened limit"),
    pytest.param(without("drilled"), "stage.drilled (no longer in the plan)", id="a deleted criterion"),
    pytest.param(changed("signed", roles=("owner",)), "stage.signed", id="a role less"),
    pytest.param(changed("drilled", advisory=True), "stage.drilled", id="a criterion that no longer decides"),
    pytest.param(changed("answers", least=0), "stage.answers", id="another least number"),
    pytest.param(changed("queue", zero_is_valid=False), "stage.queue", id="another rule about zero"),
    pytest.param(changed("drilled", waivable=True), "stage.drilled", id="a criterion that may be left out now"),
    pytest.param(ruled(deadline=1e9), "stage deadline", id="a later deadline"),
    pytest.param(ruled(steps=(STEP.model_copy(update={"percent": 10}),)), "stage steps", id="another share of users"),
    pytest.param(PLAN.model_copy(update={"alerts": (ALERT,)}), "stage alerts", id="another alert"),
]


@pytest.mark.parametrize("told", [True, False], ids=["with meanings", "a journal of before"])
def test_evidence_under_the_same_rules_is_go(tmp_path: Path, told: bool) -> None:
    """
    Nothing is said about rules that did not change.
    """
    taken(tmp_path, told=told)
    assert under(PLAN, tmp_path).line == "GO"


def test_a_phase_that_no_longer_comes_after_another_holds(tmp_path: Path) -> None:
    """
    Case 19: what was measured while `after` stood in the plan is not judged without it.
    """
    before = PLAN.phases[0].model_copy(update={"id": "before"})
    after = PLAN.model_copy(update={"phases": (before, PLAN.phases[0].model_copy(update={"after": "before"}))})
    everything(tmp_path, meanings=meanings(after, "stage"))
    assert reason(under(PLAN, tmp_path), "rules-unchanged") == "changed since evidence was taken: stage after"


@pytest.mark.parametrize("now", ["another", None])
def test_a_suite_that_changed_or_vanished_since_holds(tmp_path: Path, now: str | None) -> None:
    """
    Case 19: a suite brings the checks and the sources, so evidence taken by another one is not judged without a name.
    """
    everything(tmp_path, meanings=meanings(SUITED, "stage"))
    assert under(SUITED, tmp_path).line == "GO"
    decision = under(SUITED.model_copy(update={"suite": now}), tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert reason(decision, "rules-unchanged") == "changed since evidence was taken: stage suite"


def test_meanings_that_a_journal_is_too_old_to_tell_are_not_compared(tmp_path: Path) -> None:
    """
    Case 19, the other way: journals that tell the meanings of criteria only are no change of the phase.
    """
    told = {name: hash for name, hash in meanings(PLAN, "stage").items() if name.startswith("stage.")}
    everything(tmp_path, meanings=told)
    assert under(PLAN, tmp_path).line == "GO"


@pytest.mark.parametrize(("plan", "name"), OTHERS)
def test_rules_changed_since_hold_and_are_named(tmp_path: Path, plan: Plan, name: str) -> None:
    """
    Case 19: the decision names what changed and is not GO.
    """
    taken(tmp_path)
    decision = under(plan, tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert reason(decision, "rules-unchanged") == f"changed since evidence was taken: {name}"


def test_a_journal_of_before_holds_under_another_plan(tmp_path: Path) -> None:
    """
    Case 19: where no meanings were told, another hash of the plan is the problem.
    """
    taken(tmp_path, told=False)
    assert under(LOOSENED, tmp_path).outcome is Outcome.HOLD


def test_words_of_the_plan_may_change(tmp_path: Path) -> None:
    """
    Another advice is no other rule.
    """
    taken(tmp_path)
    assert under(changed("queue", next="ask the owner"), tmp_path).line == "GO"


def accepted(plan: Plan, **more: Any) -> PlanChange:
    """A person's acceptance of the rules of *plan*."""
    said = {"phase": "stage", "by": "Ada", "role": "owner", "statement": "more is fine", **more}
    return PlanChange(meaning=phase_meaning(plan, "stage"), **said)


def test_a_person_accepts_a_change_and_stands_in_the_line(tmp_path: Path) -> None:
    """
    Case 19: with a name and a reason the new rules are judged by.
    """
    taken(tmp_path)
    say(tmp_path, accepted(LOOSENED), meanings=None, plan=plan_hash(LOOSENED))
    assert under(LOOSENED, tmp_path).line == "GO (plan change accepted by Ada (owner): more is fine)"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(accepted(PLAN), id="for other rules"),
        pytest.param(accepted(LOOSENED, statement=" "), id="without a reason"),
        pytest.param(accepted(LOOSENED, by=""), id="without a name"),
        pytest.param(accepted(LOOSENED, phase="other"), id="for another phase"),
    ],
)
def test_an_acceptance_that_is_none_still_holds(tmp_path: Path, said: PlanChange) -> None:
    """
    Case 19: it must be about the present rules of this phase, with a name and a reason.
    """
    taken(tmp_path)
    say(tmp_path, said)
    assert under(LOOSENED, tmp_path).outcome is Outcome.HOLD


def test_an_acceptance_can_be_revoked(tmp_path: Path) -> None:
    """
    Case 19: taken back, it no longer counts, and the line says who took it back.
    """
    taken(tmp_path)
    path = say(tmp_path, accepted(LOOSENED), at=NOW - 120)
    say(tmp_path, Revoke(of=path.stem, by="Bo", role="owner", statement="it was a mistake"))
    decision = under(LOOSENED, tmp_path)
    assert decision.outcome is Outcome.HOLD
    assert decision.line == f"HOLD ({path.stem} revoked by Bo (owner): it was a mistake)"
