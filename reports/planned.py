"""What the plan adds to a decision, where the plan at hand is still the one it was judged under."""

from dataclasses import dataclass

from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome
from rollout.plan import Plan, PlanError, load_plan
from rollout.plan.document import Procedure
from rollout.plan.parse import plan_hash

STANDIN = "standin"


@dataclass(frozen=True)
class WayBack:
    """How the phase is rolled back: in a word, then the procedures step by step."""

    summary: str
    procedures: tuple[Procedure, ...]


def plan_of(decision: Decision) -> Plan | None:
    """The plan the decision was judged under; None if the file is gone or says something else by now."""
    try:
        plan = load_plan()
    except PlanError:
        return None
    return plan if plan_hash(plan) == decision.plan else None


def way_back(decision: Decision, plan: Plan | None) -> WayBack | None:
    """What to do on ROLLBACK; None for every other decision."""
    if decision.outcome is not Outcome.ROLLBACK:
        return None
    if plan is None:
        return WayBack("The plan has changed since; follow the rollback procedures of docs/rollout-plan.md.", ())
    summary = f"{plan.phase(decision.phase).rollback}."
    if decision.environment == STANDIN:
        summary = f"This was the stand-in, where nothing is to be rolled back. On a real target: {summary}"
    return WayBack(summary, plan.procedures)
