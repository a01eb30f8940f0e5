"""Who says what about whom: the origin every producer writes first."""

from rollout.evidence import Origin
from rollout.plan import Plan
from rollout.plan.parse import plan_hash
from rollout.target import Target


def origin(plan: Plan, phase: str, target: Target, release: str, producer: str, **more: object) -> Origin:
    """The origin of evidence about *phase* of *plan*, taken on *target* by *producer*."""
    reasons = {name: reason for name, reason in target.not_applicable.items() if name.startswith(f"{phase}.")}
    facts = {
        "producer": producer,
        "phase": phase,
        "target": target.name,
        "environment": target.environment,
        "release": release,
        "plan": plan_hash(plan),
        "not_applicable": reasons,
    }
    return Origin.model_validate({**facts, **more})
