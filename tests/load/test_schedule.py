"""Arrivals are planned before the run and shared out exactly."""

import itertools
from math import isclose
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.locust_plugin.controller.user_allocation import allocate, headcount
from rollout.locust_plugin.generator.dispatcher import Dispatcher
from rollout.locust_plugin.generator.schedule import Schedule

WEIGHTS = st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 100), min_size=1)


def moments(schedule: Schedule, count: int) -> list[float]:
    """The next moments of a schedule."""
    found = []
    for _ in range(count):
        found.append(schedule.due)
        schedule.advance()
    return found


def test_the_same_seed_gives_the_same_arrivals() -> None:
    """
    A run can be repeated arrival by arrival.
    """
    assert moments(Schedule(2, "a", 0), 50) == moments(Schedule(2, "a", 0), 50)
    assert moments(Schedule(2, "a", 0), 50) != moments(Schedule(2, "b", 0), 50)


def test_poisson_gaps_have_the_asked_rate() -> None:
    """
    Ten thousand arrivals at 5 a second take about 2 000 seconds.
    """
    assert isclose(moments(Schedule(5, "seed", 0), 10_000)[-1], 2000, rel_tol=0.05)


def test_uniform_gaps_are_all_equal() -> None:
    """
    After a random first moment, equal gaps.
    """
    found = moments(Schedule(4, "seed", 10, "uniform"), 9)
    assert 10 <= found[0] < 10.25
    assert all(isclose(late - early, 0.25) for early, late in itertools.pairwise(found))


def test_moments_that_passed_are_told_once() -> None:
    """
    What was missed until the end of a run is listed, and the schedule goes on behind it.
    """
    schedule = Schedule(10, "seed", 0)
    missed = schedule.missed(3)
    assert all(moment <= 3 for moment in missed)
    assert schedule.due > 3
    assert schedule.missed(3) == []


def test_a_timetable_serves_each_moment_once_and_in_time() -> None:
    """
    Three users under one dispatcher: every moment that passed was served, none twice, and none before it was due.
    """
    dispatcher = Dispatcher()
    served: list[tuple[float, float]] = []

    def actor(number: int) -> Any:
        user: Any = SimpleNamespace(number=number, due=perf_counter() + 0.001 * number, gone=False)

        def act() -> None:
            served.append((user.due, perf_counter()))
            user.due += 0.003
            if len(served) >= 30:
                dispatcher.close()

        user.act = act
        return user

    for number in range(3):
        dispatcher.enroll(actor(number))
    complaints: list[str] = []
    dispatcher.serve(complaints.append)
    with gevent.Timeout(10):
        while not dispatcher.closed:
            gevent.sleep(0.001)
    assert not complaints
    assert len({due for due, _ in served}) == len(served) >= 30
    assert all(due <= now for due, now in served)


def test_a_user_who_never_acts_is_refused() -> None:
    """
    A rate of zero plans nothing and would prove nothing.
    """
    with pytest.raises(ValueError, match="rate above 0"):
        Schedule(0, "seed", 0)


@given(weights=WEIGHTS, users=st.integers(1, 500), per_minute=st.floats(1, 600))
def test_actions_have_exactly_the_proportions_of_the_weights(
    weights: dict[str, float], users: int, per_minute: float
) -> None:
    """
    However users are rounded, their actions add up to the asked rate in the asked proportions.
    """
    shared = allocate(weights, users, dict.fromkeys(weights, per_minute))
    assert sum(each.users for each in shared.values()) == users
    assert all(each.users >= 1 for each in shared.values())
    rates = {name: each.users * each.per_second for name, each in shared.items()}
    assert isclose(sum(rates.values()), users * per_minute / 60, rel_tol=1e-9)
    one = next(iter(shared))
    assert all(isclose(rates[name] / rates[one], weights[name] / weights[one], rel_tol=1e-9) for name in shared)


def test_a_rare_scenario_still_has_a_user() -> None:
    """
    Twenty users under the plan's weights: nobody's scenario is rounded away.
    """
    heads = headcount({"reviewer": 8, "lead": 2, "newcomer": 0.2, "migrating": 0.2}, 20)
    assert heads == {"reviewer": 14, "lead": 4, "newcomer": 1, "migrating": 1}
