"""How many people of each kind, and how often each of them acts."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """The people of one scenario: how many there are, and how often each of them is due per second."""

    people: int
    per_second: float


def kinds(weights: Mapping[str, float], users: int, rates: Mapping[str, float]) -> dict[str, Kind]:
    """
    Share *users* out over scenarios by *weights*; *rates* are actions in a minute of one person.

    Whole people never have exact proportions, so each scenario gets at least one person where there are enough, and
    the rate of its people makes up for the rounding.
    """
    chosen = dict(sorted(weights.items(), key=lambda item: -item[1])[:users])
    heads = headcount(chosen, users)
    ideal = {name: users * weight / sum(chosen.values()) for name, weight in chosen.items()}
    return {name: Kind(heads[name], ideal[name] * rates[name] / 60 / heads[name]) for name in chosen}


def headcount(weights: Mapping[str, float], users: int) -> dict[str, int]:
    """Whole people by largest remainder, everybody at least one; needs at least one user for each name."""
    spare = users - len(weights)
    ideal = {name: spare * weight / sum(weights.values()) for name, weight in weights.items()}
    heads = {name: 1 + int(share) for name, share in ideal.items()}
    by_remainder = sorted(weights, key=lambda name: int(ideal[name]) - ideal[name])
    for name in by_remainder[: users - sum(heads.values())]:
        heads[name] += 1
    return heads
