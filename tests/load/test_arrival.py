"""What an arrival counts, and what it refuses."""

from types import SimpleNamespace
from typing import Any

import pytest

from rollout.locust_plugin.generator.arrival import Arrival, held_off
from rollout.locust_plugin.generator.meter import Meter

SECOND = 1_800_000_000


@pytest.fixture
def meter() -> Meter:
    """A meter of one run."""
    return Meter((500,))


def user(scenario: str) -> Any:
    """A user of a scenario."""
    return SimpleNamespace(scenario=scenario, open_arrivals=set())


def serve(meter: Meter, who: Any, *names: str, answered: bool = True) -> None:
    """Run an arrival that makes these requests, each answered after 5 ms."""

    def act(_: Any) -> None:
        for name in names:
            arrival.send(name)
            if answered:
                arrival.done(5.0, failed=False)

    arrival = Arrival(who, names[0], act, meter.clock.moment(SECOND), meter)
    who.open_arrivals.add(arrival)
    arrival.run()


def test_each_name_belongs_to_one_scenario(meter: Meter) -> None:
    """
    Follow-ups belong to whoever made them; a second scenario that uses a name is a mistake, and told.
    """
    serve(meter, user("reviewer"), "projects.list", "projects.open")
    serve(meter, user("lead"), "statistics.overview")
    assert meter.scenarios == {
        "projects.list": "reviewer",
        "projects.open": "reviewer",
        "statistics.overview": "lead",
    }
    with pytest.raises(ValueError, match="requests of reviewer and of lead are both called"):
        serve(meter, user("lead"), "statistics.overview", "projects.open")
    assert meter.exceptions


def test_a_refusal_of_the_rate_limiter_is_told_apart(meter: Meter) -> None:
    """
    It is a failed request and one that was refused, in the second in which it was due.
    """

    def act(_: Any) -> None:
        arrival.send("projects.list")
        arrival.done(5.0, failed=True, refused=True)

    who = user("reviewer")
    arrival = Arrival(who, "projects.list", act, meter.clock.moment(SECOND), meter)
    who.open_arrivals.add(arrival)
    arrival.run()
    counted = meter.counters.second(arrival.second)
    assert (counted.names["projects.list"].err, counted.refused) == (1, {"projects.list": 1})


@pytest.mark.parametrize(
    ("error", "response", "refused"),
    [
        pytest.param(ValueError("got 429"), SimpleNamespace(status_code=429), True, id="a 429"),
        pytest.param(None, SimpleNamespace(status_code=429), False, id="a 429 that the scenario wants"),
        pytest.param(ValueError("got 500"), SimpleNamespace(status_code=500), False, id="another status"),
        pytest.param(TimeoutError(), None, False, id="no answer"),
    ],
)
def test_a_429_is_the_rate_limiters(error: Exception | None, response: Any, refused: bool) -> None:
    """
    Unless the scenario takes it for an answer.
    """
    assert held_off(error, response) is refused


def test_the_first_request_has_the_name_of_its_arrival(meter: Meter) -> None:
    """
    Arrivals count under one name: an action that begins with another request is a mistake in the scenario.
    """

    def act(_: Any) -> None:
        arrival.send("projects.open")

    arrival = Arrival(user("reviewer"), "projects.list", act, meter.clock.moment(SECOND), meter)
    with pytest.raises(ValueError, match=r"the first request of 'projects\.list' is called 'projects\.open'"):
        arrival.run()


def test_a_request_without_an_answer_was_dropped(meter: Meter) -> None:
    """
    A request that is open when its arrival ends counts as due and never answered; the arrival is over.
    """
    who = user("reviewer")
    serve(meter, who, "projects.list", answered=False)
    row = meter.counters.row(SECOND, "projects.list")
    assert (row.due, row.n, row.dropped) == (1, 0, 1)
    assert who.open_arrivals == set()


def test_a_late_arrival_is_counted_and_its_lag_kept(meter: Meter) -> None:
    """
    An arrival that starts long after it was due is late, whatever its answer.
    """
    due = meter.clock.wall() - 60
    arrival = Arrival(user("reviewer"), "projects.list", lambda _: None, meter.clock.moment(int(due)), meter)
    with pytest.raises(ValueError, match="the action made no request"):
        arrival.run()
    assert meter.counters.row(int(due), "projects.list").late == 1
    assert [lag > 59 for lag in meter.take_lags()] == [True]
    assert meter.take_lags() == []
