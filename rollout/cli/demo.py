"""Demo attestations: they replace those of people in a rehearsal on the stand-in, and count nowhere else."""

from collections.abc import Iterator
from itertools import count

from rollout.evidence.records import Attestation
from rollout.metrics import MetricKind
from rollout.plan import Criterion, EvidenceSource, Plan

DEMO = "demo"


def demo_records(rules: Plan, phase: str, by: str, why: str) -> list[Attestation]:
    """Consent to every attested criterion of *phase*, requested *by* a person; ValueError if the phase has none."""
    rules.phase(phase)
    asked = [each for each in rules.criteria_of(phase) if each.source is EvidenceSource.ATTESTATION]
    if not asked:
        raise ValueError(f"people attest nothing in {phase}: there is nothing to stand in for")
    statement = f"demo, nobody said this: {why or 'a rehearsal'}; asked for by {by}"
    return [record for each in asked for record in consent(f"{phase}.{each.id}", each, statement)]


def consent(name: str, criterion: Criterion, statement: str) -> Iterator[Attestation]:
    """The signature of each role that a criterion needs, or the import of as many satisfied answers as it needs."""
    counted = criterion.metric is not None and criterion.measured.kind is MetricKind.SATISFACTION
    forms = criterion.least if counted else None
    for role in roles(criterion):
        yield Attestation(
            criterion=name,
            by=f"demo {role}",
            role=role,
            statement=statement,
            accepted=True,
            answers=forms,
            satisfied=forms,
            demo=True,
        )


def roles(criterion: Criterion) -> tuple[str, ...]:
    """The roles that sign a criterion; if the plan names none, as many as its limit requires."""
    signed = criterion.metric is not None and criterion.measured.kind is MetricKind.SIGNATURES
    if criterion.roles or criterion.limit is None or not signed:
        return criterion.roles or ("release engineer",)
    enough = next(number for number in count(1) if criterion.limit.holds(number))
    return tuple(f"signer {number}" for number in range(1, enough + 1))
