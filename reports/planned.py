"""The parts of a report that come from the plan, if that is still the plan of the decision."""

from dataclasses import dataclass

from rollout.judge.decision import Decision
from rollout.judge.verdict import Outcome, Verdict
from rollout.metrics import MetricKind
from rollout.plan import Plan, PlanError, load_plan
from rollout.plan.parse import plan_hash
from rollout.plan.procedure import Procedure, ProcedureStep
from rollout.values import STANDIN


@dataclass(frozen=True)
class Steps:
    """The *steps* of one procedure that apply to a decision."""

    title: str
    steps: tuple[ProcedureStep, ...]


@dataclass(frozen=True)
class WayBack:
    """
    The rollback of a phase: a summary, the procedures step by step, and the number of steps *left_out*.

    *command* is the command line of a dry run; empty if kubectl carries out none of the steps.
    """

    summary: str
    procedures: tuple[Steps, ...] = ()
    left_out: int = 0
    command: str = ""


def plan_of(decision: Decision) -> Plan | None:
    """The plan of the decision; None if the file is absent, invalid or has changed since."""
    try:
        plan = load_plan()
    except PlanError:
        return None
    return plan if plan_hash(plan) == decision.plan else None


def way_back(decision: Decision, plan: Plan | None) -> WayBack | None:
    """The rollback to carry out on ROLLBACK; None for every other decision."""
    if decision.outcome is not Outcome.ROLLBACK:
        return None
    if plan is None:
        return WayBack("The plan has changed since; follow the rollback procedures of docs/rollout-plan.md.")
    summary = f"{plan.phase(decision.phase).rollback}."
    if decision.environment == STANDIN:
        summary = f"This was the stand-in, where nothing is to be rolled back. On a real target: {summary}"
    mine = [
        (item.title, [step for _, step in item.steps_of(decision.phase)]) for item in own_first(plan, decision.phase)
    ]
    lost = data_lost(decision, plan)
    right = [Steps(title, tuple(step for step in steps if lost or step.harmless)) for title, steps in mine]
    left_out = 0 if lost else sum(not step.harmless for _, steps in mine for step in steps)
    carried = any(step.action for _, steps in mine for step in steps) and decision.environment != STANDIN
    command = f"rollout rollback {decision.phase} --target {decision.target} --dry-run" if carried else ""
    return WayBack(summary, tuple(procedure for procedure in right if procedure.steps), left_out, command)


def own_first(plan: Plan, phase: str) -> list[Procedure]:
    """The procedures of the plan; those that begin with the very words of the phase's rollback come first."""
    words = plan.phase(phase).rollback
    return sorted(plan.procedures, key=lambda each: words not in [step.run for _, step in each.steps_of(phase)][:1])


def data_lost(decision: Decision, plan: Plan) -> bool:
    """Whether lost data is the cause of the rollback; for any other cause a restore would destroy later writes of users."""
    losses = {
        f"{decision.phase}.{item.id}"
        for item in plan.criteria_of(decision.phase)
        if item.metric and item.measured.kind is MetricKind.LOSS
    }
    return any(finding.id in losses and finding.verdict is Verdict.TRIGGERED for finding in decision.findings)
