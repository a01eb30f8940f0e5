"""
The meaning of a phase: hashes that change with every rule that evidence is judged by.

Every key of the plan counts, except those listed here as words. A key added later counts too, until it is listed.
"""

import hashlib
import json
from collections.abc import Mapping

from rollout.plan.criterion import Criterion, EvidenceSource
from rollout.plan.document import Plan
from rollout.plan.phase import Phase

# Keys without influence on the judgement; a criterion's environment counts as that of its phase where it names none.
WORDS = {"id", "phases", "quotes", "states", "next", "next_unproven", "next_broken", "environment"}
PHASE_WORDS = {"id", "title", "week", "objective", "rollback", "tasks"}
STEP_WORDS = {"exposure"}
PLAN_WORDS = {"schema_version", "title", "overview", "document", "messages", "todos", "phases", "criteria"}
CHARACTERS = 16


def meanings(plan: Plan, phase: str) -> dict[str, str]:
    """
    The hash of each meaning of *phase*, by name.

    A criterion goes by its full id, a key of the phase or of the plan by its name after that of the phase: `phase1 deadline`.
    """
    criteria = {f"{phase}.{item.id}": meaning(plan, plan.phase(phase), item) for item in plan.criteria_of(phase)}
    return criteria | {f"{phase} {key}": digest({key: value}) for key, value in ruling(plan, plan.phase(phase)).items()}


def phase_meaning(plan: Plan, phase: str) -> str:
    """The hash of everything that *phase* is judged by: what a `plan-change` attests."""
    return digest(meanings(plan, phase))


def meaning(plan: Plan, phase: Phase, criterion: Criterion) -> str:
    """
    The hash of a criterion: its limits, how and where it is judged, and what the phase asks of the load or the monitor.
    """
    rules = criterion.model_dump(mode="json", exclude=WORDS, exclude_defaults=True)
    asked: object = None
    if criterion.source is EvidenceSource.LOAD and phase.load:
        asked = phase.load.model_dump(mode="json", exclude_defaults=True)
    elif criterion.source is EvidenceSource.METRIC:
        asked = [(step.id, step.monitor) for step in phase.steps]
    return digest({"rules": rules, "environment": plan.environment_of(phase.id, criterion), "asked": asked})


def ruling(plan: Plan, phase: Phase) -> dict[str, object]:
    """The rules of the phase and the plan beside the criteria, by key; None where a key is not set."""
    steps = [step.model_dump(mode="json", exclude=STEP_WORDS, exclude_defaults=True) for step in phase.steps]
    own = {**phase.model_dump(mode="json", exclude_defaults=True), "steps": steps}
    around = plan.model_dump(mode="json", exclude=PLAN_WORDS, exclude_defaults=True)
    around["procedures"] = procedures(plan, phase)
    return {
        **{key: own.get(key) for key in Phase.model_fields if key not in PHASE_WORDS},
        **{key: around.get(key) for key in Plan.model_fields if key not in PLAN_WORDS},
    }


def procedures(plan: Plan, phase: Phase) -> list[object]:
    """Id and steps of each procedure that belong to a rollback of *phase*, since a drill exercises these steps."""
    return [
        [
            item.id,
            [step.model_dump(mode="json", exclude_defaults=True) for _, step in item.steps_of(phase.id)],
        ]
        for item in plan.procedures
    ]


def digest(facts: Mapping[str, object]) -> str:
    """The hash of plain values."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:CHARACTERS]
