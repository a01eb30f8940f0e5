"""Assign Locust users to scenarios by plan weights."""

import os
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.nearest import unknown
from rollout.target.settings import STATE_VARIABLE


@dataclass(frozen=True)
class Allocation:
    """The users of one scenario: their number, and the arrivals per second of each."""

    users: int
    per_second: float


def scenario_weights(setup: RunSetup, scenarios: Collection[str], some_chosen: bool) -> dict[str, float]:
    """
    The weights in the plan of the locustfile's *scenarios*.

    ValueError for a scenario of the plan without a user class, unless the command line chose *some* of the classes.
    """
    weights = {name: kind.weight for name, kind in setup.profile.scenarios.items()}
    missing = [name for name in weights if name not in scenarios]
    if missing and not some_chosen:
        raise ValueError(
            f"phases.{setup.phase.id}.load.scenarios: {unknown('scenario', missing[0], sorted(scenarios))}"
        )
    if len(missing) == len(weights):
        raise ValueError(f"none of {sorted(scenarios)} has a weight in phases.{setup.phase.id}.load.scenarios")
    return {name: weight for name, weight in weights.items() if name in scenarios}


def allocate(weights: Mapping[str, float], users: int, rates: Mapping[str, float]) -> dict[str, Allocation]:
    """
    Share *users* out over scenarios by *weights*; *rates* are actions per minute of one user.

    Whole users never have exact proportions, so each scenario gets at least one user where there are enough, and the
    rate of its users makes up for the rounding.
    """
    chosen = dict(sorted(weights.items(), key=lambda item: -item[1])[:users])
    heads = headcount(chosen, users)
    ideal = {name: users * weight / sum(chosen.values()) for name, weight in chosen.items()}
    return {name: Allocation(heads[name], ideal[name] * rates[name] / 60 / heads[name]) for name in chosen}


def headcount(weights: Mapping[str, float], users: int) -> dict[str, int]:
    """Whole users by largest remainder, at least one for each name; needs at least one user for each name."""
    spare = users - len(weights)
    ideal = {name: spare * weight / sum(weights.values()) for name, weight in weights.items()}
    heads = {name: 1 + int(share) for name, share in ideal.items()}
    by_remainder = sorted(weights, key=lambda name: int(ideal[name]) - ideal[name])
    for name in by_remainder[: users - sum(heads.values())]:
        heads[name] += 1
    return heads


def mean_actions_per_minute(allocations: Mapping[str, Allocation], users: int) -> float:
    """The mean actions per minute of one user over all allocations."""
    return 60 * sum(each.users * each.per_second for each in allocations.values()) / users


def arrivals_per_minute(allocations: Mapping[str, Allocation]) -> dict[str, float]:
    """Scenario → the arrivals per minute of all its users at the full rate."""
    return {name: 60 * each.users * each.per_second for name, each in allocations.items()}


def worker_facts(setup: RunSetup, allocations: Mapping[str, Allocation]) -> dict[str, Any]:
    """The facts that every worker needs, without secrets: locust sends them to the workers with its options."""
    return {
        "per_second": {name: each.per_second for name, each in allocations.items()},
        "items": {name: kind.items for name, kind in setup.profile.scenarios.items() if kind.items},
        "shape": [list(step) for step in setup.shape],
        "slow_ms": list(setup.profile.slow_ms),
        "seed": setup.seed,
        "run": secrets.token_hex(3),
        "gaps": setup.gaps,
        "target": setup.target.name,
        "suite": setup.plan.suite,
        "state": os.environ.get(STATE_VARIABLE),
    }
