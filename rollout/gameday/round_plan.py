"""The plan of a round of seconds: the limits and triggers of the plan over slices of seconds."""

from rollout.plan import Criterion, Plan, Support

EVERY_S = 1.0  # between two looks
SLICE_S = 2.0
FEW = 10  # of requests or samples


def round_plan(plan: Plan) -> Plan:
    """
    The same criteria, judged over short slices and from little evidence; limits and triggers stay as they are.

    Certainty over a window is impossible within seconds, so it is reported and not required. The results of a round
    are about this plan: with slices of half a minute everything is noticed correspondingly later.
    """
    return plan.model_copy(update={"criteria": tuple(map(shortened, plan.criteria))})


def shortened(criterion: Criterion) -> Criterion:
    """One criterion as a round judges it."""
    shorter = SLICE_S if criterion.slice is not None else None
    fewer = min(criterion.least, FEW)
    return criterion.model_copy(update={"slice": shorter, "support": Support.REPORTED, "least": fewer})
