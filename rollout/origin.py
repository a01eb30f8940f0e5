"""Who says what about whom: the origin every producer writes first."""

from rollout.evidence import Origin
from rollout.plan import Plan
from rollout.plan.meaning import meanings
from rollout.plan.parse import plan_hash
from rollout.target import Target


def origin(plan: Plan, phase: str, target: Target, release: str, producer: str, **more: object) -> Origin:
    """
    The origin of evidence about *phase* of *plan*, taken on *target* by *producer*.

    ValueError in one line where the target leaves out what the plan does not let it.
    """
    refuse_waivers(plan, target)
    reasons = {name: reason for name, reason in target.not_applicable.items() if name.startswith(f"{phase}.")}
    facts = {
        "producer": producer,
        "phase": phase,
        "target": target.name,
        "environment": target.environment,
        "release": release,
        "plan": plan_hash(plan),
        "not_applicable": reasons,
        "meanings": meanings(plan, phase),
    }
    return Origin.model_validate({**facts, **more})


def refuse_waivers(plan: Plan, target: Target) -> None:
    """Raise ValueError for a criterion that *target* declares not applicable and that *plan* does not call waivable."""
    for name, why in refused_waivers(plan, target).items():
        raise ValueError(f"target {target.name!r}: not_applicable: {name}: {why}")


def refused_waivers(plan: Plan, target: Target) -> dict[str, str]:
    """Criterion → why *target* may not leave it out, for each that it declares not applicable against the *plan*."""
    why = "the plan does not permit it; take it out, or let the plan say waivable = true for that criterion"
    return {name: why for name in target.not_applicable if not plan.criterion(name).waivable}
