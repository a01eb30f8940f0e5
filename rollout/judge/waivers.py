"""
Which criteria a target may leave out: those that the plan calls waivable, while no evidence proves or breaks them.
"""

from dataclasses import replace

from rollout.judge.finding import Case, Finding
from rollout.judge.problem import Problem, ProblemKind
from rollout.judge.selection import Selection
from rollout.judge.verdict import Verdict
from rollout.plan import Plan


def claimed(plan: Plan, chosen: Selection) -> dict[str, str]:
    """Criterion (full id) → reason, where the newest run of its environment declares it not applicable."""
    reasons = {}
    for criterion in plan.criteria_of(chosen.phase):
        newest, name = chosen.newest(criterion), f"{chosen.phase}.{criterion.id}"
        if newest and name in newest.started.not_applicable:
            reasons[name] = newest.started.not_applicable[name]
    return reasons


def refused(plan: Plan, chosen: Selection) -> list[Problem]:
    """A problem for each criterion that a target leaves out without the plan's permission."""
    return [
        Problem(f"the target declares {name} not applicable, and the plan does not permit it", ProblemKind.NOT_WAIVABLE)
        for name in claimed(plan, chosen)
        if not plan.criterion(name).waivable
    ]


def with_problems(plan: Plan, chosen: Selection) -> Selection:
    """The selection with a problem for each waiver that the plan does not permit."""
    return replace(chosen, problems=(*chosen.problems, *refused(plan, chosen)))


def waived(case: Case, found: Finding) -> bool:
    """Whether a waiver takes effect: on UNPROVEN only, so that it hides no evidence, good or bad."""
    return case.criterion.waivable and found.verdict is Verdict.UNPROVEN


def nothing_measured(phase: str) -> Finding:
    """The finding about a phase of which every criterion was left out."""
    return Finding(
        id=f"{phase}.something-measured",
        sentence="A decision in which nothing was measured is HOLD",
        states="at least one criterion was measured",
        source="ledger",
        verdict=Verdict.UNPROVEN,
        reason="every criterion was declared not applicable",
        value="nothing was measured",
        next="take waivers out of the target's not_applicable",
    )
