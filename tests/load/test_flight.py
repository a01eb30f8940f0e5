"""What a flight counts, and what it refuses."""

from types import SimpleNamespace
from typing import Any

import pytest

from rollout.load.flight import Flight
from rollout.load.stage import Stage

STAGE: dict[str, Any] = {"per_second": {}, "slow_ms": (500,), "seed": "s", "run": "r", "target": None}


def person(stage: Stage, scenario: str) -> Any:
    """Somebody of a scenario."""
    return SimpleNamespace(stage=stage, scenario=scenario, flights=set())


def flown(who: Any, *names: str) -> None:
    """A flight that makes these requests, each answered after 5 ms."""

    def act(_: Any) -> None:
        for name in names:
            flight.send(name)
            flight.done(5.0, failed=False)

    flight = Flight(who, names[0], act, due=who.stage.clock.moment(1_800_000_000))
    flight.run()


def test_each_name_belongs_to_one_scenario() -> None:
    """
    Follow-ups belong to whoever made them; a second scenario that uses a name is a mistake, and told.
    """
    stage = Stage(**STAGE)
    flown(person(stage, "reviewer"), "projects.list", "projects.open")
    flown(person(stage, "lead"), "statistics.overview")
    assert stage.scenarios == {
        "projects.list": "reviewer",
        "projects.open": "reviewer",
        "statistics.overview": "lead",
    }
    with pytest.raises(ValueError, match="requests of reviewer and of lead are both called"):
        flown(person(stage, "lead"), "statistics.overview", "projects.open")
    assert stage.exceptions
