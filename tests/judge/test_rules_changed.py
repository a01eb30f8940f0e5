"""Which rules changed since evidence was taken: told by meaning, or by the hash of the plan in journals of before."""

import pytest

from rollout.evidence import Run
from rollout.evidence.records import PlanChange
from rollout.judge.rules_changed import changed, rules_changed
from rollout.judge.selection import Selection
from rollout.judge.verdict import Verdict
from rollout.plan.meaning import meanings, phase_meaning
from rollout.plan.parse import plan_hash
from tests.judge.ledgers import NOW, PLAN, RELEASE
from tests.properties.ledgers import run, started

NAMES = [name for name in meanings(PLAN, "stage") if name.startswith("stage.")]


def taken(number: int = 1, **more: object) -> Run:
    """A run that was taken under some rules."""
    return run(started("pytest", number, NOW - 60, **more), [])


def of(*runs: Run) -> Selection:
    """What counts of these runs."""
    return Selection(PLAN, "stage", RELEASE, runs=runs)


def others(count: int) -> dict[str, str]:
    """The meanings of now, so many of them different."""
    return {**meanings(PLAN, "stage"), **dict.fromkeys(NAMES[:count], "other")}


def test_the_same_rules_are_no_finding() -> None:
    """
    By meaning, or by the hash of the whole plan where a journal tells no meanings.
    """
    runs = (
        taken(meanings=meanings(PLAN, "stage")),
        taken(2, plan=plan_hash(PLAN), meanings=None),
        taken(3, meanings={}),
    )
    assert rules_changed(PLAN, of(*runs)) == []


def test_each_criterion_that_changed_is_named_once() -> None:
    """
    Of any run; what is no longer in the plan says so, and other phases are no matter.
    """
    gone = {**others(1), "stage.gone": "x", "other.answers": "x"}
    assert changed(PLAN, of(taken(meanings=others(1)), taken(2, meanings=gone))) == [
        NAMES[0],
        "stage.gone (no longer in the plan)",
    ]
    assert changed(PLAN, of(taken(plan="other", meanings=None))) == ["the plan"]


@pytest.mark.parametrize(
    ("count", "what"),
    [(1, NAMES[0]), (3, ", ".join(NAMES[:3])), (5, f"{', '.join(NAMES[:3])} and 2 more")],
)
def test_changed_rules_hold_until_a_person_accepts_them(count: int, what: str) -> None:
    """
    Three are named, more are listed; who accepts them stands in the reason.
    """
    runs = (taken(meanings=others(count)),)
    (found,) = rules_changed(PLAN, of(*runs))
    assert (found.verdict, found.n) == (Verdict.UNPROVEN, count)
    assert found.reason == f"changed since evidence was taken: {what}"
    assert found.value == f"{count} changed: {what}"
    assert found.listed == (tuple(NAMES[:count]) if count > 3 else ())
    assert "rollout attest plan-change stage --by NAME" in found.next
    word = PlanChange(phase="stage", meaning=phase_meaning(PLAN, "stage"), by="Kim", role="owner", statement="agreed")
    (accepted,) = rules_changed(PLAN, of(*runs, run(started("attest", 9, NOW, meanings={}), [word])))
    assert (accepted.verdict, accepted.reason) == (Verdict.MET, "accepted by Kim (owner): agreed")
    assert accepted.next == ""
