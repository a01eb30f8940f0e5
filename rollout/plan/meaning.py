"""What the plan means by a criterion: a hash that changes with every rule that evidence is judged by."""

import hashlib
import json
from collections.abc import Mapping

from rollout.plan.criterion import Criterion, Source
from rollout.plan.document import Phase, Plan

WORDS = {
    "id",
    "phases",
    "quotes",
    "states",
    "next",
    "next_unproven",
    "next_broken",
    "environment",
}  # what says nothing about the judgement
CHARACTERS = 16


def meanings(plan: Plan, phase: str) -> dict[str, str]:
    """Full criterion id → the hash of its meaning, for the criteria of *phase*."""
    return {f"{phase}.{item.id}": meaning(plan, plan.phase(phase), item) for item in plan.criteria_of(phase)}


def phase_meaning(plan: Plan, phase: str) -> str:
    """The hash of everything that *phase* is judged by: what a `plan-change` attests."""
    return digest(meanings(plan, phase))


def meaning(plan: Plan, phase: Phase, criterion: Criterion) -> str:
    """Its limits and how they are judged, where, and what the phase asks of the load or the monitor."""
    rules = criterion.model_dump(mode="json", exclude=WORDS, exclude_defaults=True)
    asked: object = None
    if criterion.source is Source.LOAD and phase.load:
        asked = phase.load.model_dump(mode="json", exclude_defaults=True)
    elif criterion.source is Source.METRIC:
        asked = [(step.id, step.monitor) for step in phase.steps]
    return digest({"rules": rules, "environment": plan.environment_of(phase.id, criterion), "asked": asked})


def digest(facts: Mapping[str, object]) -> str:
    """The hash of plain values."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:CHARACTERS]
