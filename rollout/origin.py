"""The origin that each producer writes into the first record of its journal."""

from collections.abc import Iterable

from rollout.evidence import Origin
from rollout.nearest import unknown
from rollout.plan import Plan
from rollout.plan.meaning import meanings
from rollout.plan.parse import plan_hash
from rollout.sources.registry import metric
from rollout.target import Target
from rollout.target.obstacle import file_of

OF_NO_PHASE = "rehearsals"  # in place of a phase, for evidence that no decision reads


def origin(plan: Plan, phase: str, target: Target, release: str, producer: str, **more: object) -> Origin:
    """
    The origin of evidence about *phase* of *plan*, taken on *target* by *producer*.

    OF_NO_PHASE stands for no phase. ValueError in one line if the target declares a criterion not applicable that the
    plan does not make waivable.
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
        "meanings": None if phase == OF_NO_PHASE else meanings(plan, phase),
    }
    return Origin.model_validate({**facts, **more})


def refuse_waivers(plan: Plan, target: Target) -> None:
    """Raise ValueError for a criterion that *target* declares not applicable and that *plan* lacks or does not make waivable."""
    refuse_unknown_names(plan, target)
    for name, why in refused_waivers(plan, target).items():
        raise ValueError(f"{file_of(target)}: not_applicable: {name}: {why}")


def refuse_unknown_names(plan: Plan, target: Target) -> None:
    """Raise ValueError if the file of *target* names a criterion that *plan* lacks, or a metric that no source takes."""
    for name in target.prometheus_queries:
        try:
            metric(name)
        except ValueError as error:
            raise ValueError(f"{file_of(target)}: prometheus_queries: {error}") from None
    ids = plan.criterion_ids()
    for name in target.not_applicable:
        if name not in ids:
            raise ValueError(f"{file_of(target)}: not_applicable: {unknown_criterion(name, ids)}")


def unknown_criterion(name: str, ids: Iterable[str]) -> str:
    """One line for a criterion that is not among *ids*; a name without its phase gets that of every phase that has it."""
    in_phases = [full_id for full_id in ids if full_id.partition(".")[2] == name]
    told = f"no criterion {name!r} without its phase; permitted: {', '.join(in_phases)}"
    return told if in_phases else unknown("criterion", name, ids)


def refused_waivers(plan: Plan, target: Target) -> dict[str, str]:
    """Criterion → the reason, for each criterion that *target* declares not applicable and *plan* does not make waivable."""
    why = "the plan does not permit it; take it out, or let the plan say waivable = true for that criterion"
    return {name: why for name in target.not_applicable if not plan.criterion(name).waivable}
