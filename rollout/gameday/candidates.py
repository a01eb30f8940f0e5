"""Which faults a round may hide: those of the stand-in that break a monitored criterion, or one about users at work."""

from rollout.plan import Criterion, EvidenceSource, Plan
from rollout.prove.expectations import expectations_of
from rollout.suite import suite_of

SEEN = (EvidenceSource.METRIC, EvidenceSource.LOAD)


def candidates(plan: Plan, phase: str) -> list[str]:
    """The names of the faults that may be hidden in a round of *phase*; ValueError where there is none."""
    seen = {criterion.id for criterion in plan.criteria_of(phase) if is_seen(criterion)}
    breaks = expectations_of(suite_of(plan)).breaks
    found = sorted(name for name, criteria in breaks.items() if seen & set(criteria))
    if not found:
        raise ValueError(f"no fault breaks what is watched in {phase}, so there is nothing to hide; take another phase")
    return found


def is_seen(criterion: Criterion) -> bool:
    """Whether a criterion decides from samples, or from the requests of users at work."""
    return criterion.source in SEEN and not criterion.advisory
