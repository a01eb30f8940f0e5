"""Who plays whom: scenario weights of the plan become people of the locustfile."""

import os
import secrets
from typing import Any

from locust.env import Environment

from rollout.load.joints import options_of
from rollout.load.people import Kind, kinds
from rollout.load.person import Person
from rollout.load.setup import Setup
from rollout.plan.document import unknown
from rollout.target.embedded import STATE_VARIABLE


def cast(environment: Environment, setup: Setup) -> dict[str, Kind]:
    """Give each class of people its headcount; ValueError for a scenario of the plan that nobody plays."""
    classes = {kind.scenario: kind for kind in environment.user_classes if issubclass(kind, Person)}
    weights = {name: kind.weight for name, kind in setup.profile.scenarios.items()}
    if not options_of(environment).user_classes:
        for name in weights:
            if name not in classes:
                raise ValueError(
                    f"phases.{setup.phase.id}.load.scenarios: {unknown('scenario', name, sorted(classes))}"
                )
    chosen = {name: weight for name, weight in weights.items() if name in classes}
    if not chosen:
        raise ValueError(f"none of {sorted(classes)} has a weight in phases.{setup.phase.id}.load.scenarios")
    shared = kinds(chosen, setup.users, setup.profile.rates())
    for name, kind in shared.items():
        classes[name].weight = kind.people
    environment.user_classes = [classes[name] for name in shared]
    return shared


def per_person(shared: dict[str, Kind], users: int) -> float:
    """Actions in a minute of one person on average, as they were shared out."""
    return 60 * sum(kind.people * kind.per_second for kind in shared.values()) / users


def stage_facts(setup: Setup, shared: dict[str, Kind]) -> dict[str, Any]:
    """What every station must know, free of secrets: it travels to the workers with locust's own options."""
    return {
        "per_second": {name: kind.per_second for name, kind in shared.items()},
        "items": {name: kind.items for name, kind in setup.profile.scenarios.items() if kind.items},
        "pace": [list(step) for step in setup.pace],
        "slow_ms": list(setup.profile.slow_ms),
        "seed": setup.seed,
        "run": secrets.token_hex(3),
        "gaps": setup.gaps,
        "target": setup.target.name,
        "state": os.environ.get(STATE_VARIABLE),
    }
