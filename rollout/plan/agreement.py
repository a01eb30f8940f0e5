"""Check that a plan agrees with itself on ids, watched time and exposure."""

from collections import Counter

from rollout.metrics import MetricKind
from rollout.nearest import unknown
from rollout.plan.criterion import Criterion
from rollout.plan.phase import Phase, Step
from rollout.plan.quantity import quantities


def is_coverage(criterion: Criterion) -> bool:
    """Whether a criterion decides by the time that was watched."""
    return criterion.metric is not None and criterion.measured.kind is MetricKind.COVERAGE and not criterion.advisory


def covers(criterion: Criterion, step: Step) -> bool:
    """Whether a criterion about watched time requires the whole time of a *step*."""
    hours = criterion.limit.value if criterion.limit else 0
    return criterion.step in (None, step.id) and hours * 3600 >= (step.monitor or 0)


def check_step(criterion: Criterion, phase: Phase) -> None:
    """Raise ValueError where a criterion and the exposure steps of its phase state different numbers."""
    where = f"criteria.{criterion.id}"
    step = next((step for step in phase.steps if step.id == criterion.step), None)
    if criterion.step is not None and step is None:
        raise ValueError(f"{where}.step: {unknown('step', criterion.step, [step.id for step in phase.steps])}")
    if criterion.metric and criterion.measured.kind is MetricKind.COVERAGE and criterion.limit:
        refuse_several(where, criterion, phase)
        hours = criterion.limit.value
        watched = [item.monitor / 3600 for item in ([step] if step else phase.steps) if item.monitor]
        if hours not in watched:
            raise ValueError(
                f"{where}.limit: {hours:g} h, but {phase.id} watches {', '.join(f'{h:g} h' for h in watched) or 'nothing'}"
            )
    if criterion.limit is None:
        stated = {("%", item.percent) for item in phase.steps} | {("users", item.users) for item in phase.steps}
        for quantity in (found for quote in criterion.quotes for found in quantities(quote)):
            if quantity.unit in ("%", "users") and (quantity.unit, quantity.value) not in stated:
                raise ValueError(f"{where}: the plan says {quantity}, but {phase.id} has no such step; make them agree")


def refuse_several(where: str, criterion: Criterion, phase: Phase) -> None:
    """Raise ValueError for a criterion about watched time without a step, in a phase that watches several."""
    several = [item.id for item in phase.steps if item.monitor]
    if criterion.step is None and len(several) > 1:
        raise ValueError(
            f"{where}.step is missing: {phase.id} watches {' and '.join(several)}; write one criterion for each step"
        )


def refuse_duplicates(what: str, ids: list[str]) -> None:
    """Raise ValueError naming the ids that stand more than once."""
    twice = [name for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise ValueError(f"{what} {twice[0]!r} is defined {ids.count(twice[0])} times; ids must be unique")
