"""The shape of a load: spikes and stages, planned before the run like every arrival."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.locust_plugin.generator.schedule import LoadShape, Schedule
from rollout.plan import load_plan
from rollout.plan.load_shape import STEADY, passed, reached, spike, stages

STEPS = st.sampled_from([STEADY, spike(60, 3), stages(480, [25, 50]), stages(9, [1, 2, 4])])


@given(steps=STEPS, seconds=st.floats(0, 1000))
def test_worth_and_time_are_each_others_opposite(steps: tuple[tuple[float, float], ...], seconds: float) -> None:
    """
    What some time is worth takes that time to reach.
    """
    assert isclose(reached(steps, passed(steps, seconds)), seconds, abs_tol=1e-6)


def test_a_spike_doubles_the_arrivals_of_its_tenth() -> None:
    """
    600 s at 10 a second with a spike of 2 in the middle: 6 600 arrivals, 1 200 of them in the spike.
    """
    schedule = Schedule(10, "seed", 0, "uniform", LoadShape(spike(600, 2), opens=0))
    moments = schedule.missed(600)
    assert len(moments) in (6599, 6600, 6601)
    assert 1198 <= sum(270 <= moment < 330 for moment in moments) <= 1202


def test_stages_follow_the_exposure_steps_of_the_phase() -> None:
    """
    Phase 4 goes from 25 % to 50 %: the first half of the hold has half the rate.
    """
    assert load_plan().phase("phase4").load_shape(480) == ((0.0, 0.5), (240.0, 1.0))


def test_moments_move_when_the_window_opens() -> None:
    """
    Before it opens the first stage holds; the next moment moves with the load shape and none is lost.
    """
    shape = LoadShape(stages(20, [1, 2]))
    schedule = Schedule(1, "seed", 0, "uniform", shape)
    before = schedule.due
    shape.opens = 100
    assert schedule.due == before
    assert len(schedule.missed(100)) in (49, 50, 51)
    assert len(schedule.missed(110)) in (4, 5, 6)
    assert len(schedule.missed(120)) in (9, 10, 11)


def test_a_user_who_comes_late_keeps_the_same_load_shape() -> None:
    """
    A schedule that begins inside the window has the rate of that moment.
    """
    schedule = Schedule(10, "seed", 110, "uniform", LoadShape(stages(20, [1, 2]), opens=100))
    assert len(schedule.missed(120)) in (99, 100, 101)


def test_a_table_and_a_weight_make_the_same_scenario() -> None:
    """
    Think time and volume are optional: a bare number is a weight.
    """
    profile = load_plan().phase("phase1").load
    assert profile is not None
    assert (profile.scenarios["reviewer"].weight, profile.scenarios["reviewer"].items) == (8, None)
    assert profile.rates()["migrating"] == pytest.approx(12)
    assert profile.mean_actions_per_minute() == pytest.approx((10 * 60 + 0.6 * 12) / 10.6)
