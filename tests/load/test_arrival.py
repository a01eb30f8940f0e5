"""What a arrival counts, and what it refuses."""

from types import SimpleNamespace
from typing import Any

import pytest

from rollout.locust_plugin.generator.arrival import Arrival
from rollout.locust_plugin.generator.worker_context import WorkerContext

CONTEXT: dict[str, Any] = {"per_second": {}, "slow_ms": (500,), "seed": "s", "run": "r", "target": None}


def user(context: WorkerContext, scenario: str) -> Any:
    """A user of a scenario."""
    return SimpleNamespace(worker=context, scenario=scenario, open_arrivals=set())


def served(who: Any, *names: str) -> None:
    """An arrival that makes these requests, each answered after 5 ms."""

    def act(_: Any) -> None:
        for name in names:
            arrival.send(name)
            arrival.done(5.0, failed=False)

    arrival = Arrival(who, names[0], act, due=who.worker.clock.moment(1_800_000_000))
    arrival.run()


def test_each_name_belongs_to_one_scenario() -> None:
    """
    Follow-ups belong to whoever made them; a second scenario that uses a name is a mistake, and told.
    """
    context = WorkerContext(**CONTEXT)
    served(user(context, "reviewer"), "projects.list", "projects.open")
    served(user(context, "lead"), "statistics.overview")
    assert context.scenarios == {
        "projects.list": "reviewer",
        "projects.open": "reviewer",
        "statistics.overview": "lead",
    }
    with pytest.raises(ValueError, match="requests of reviewer and of lead are both called"):
        served(user(context, "lead"), "statistics.overview", "projects.open")
    assert context.exceptions
