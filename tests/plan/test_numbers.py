"""Numbers of a plan: comparisons, quantities in sentences, and what a load asks for."""

from typing import Any

import pytest

from rollout.plan import Limit
from rollout.plan.procedure import Procedure
from rollout.plan.profile import LoadProfile
from rollout.plan.quantity import Quantity, quantities
from rollout.values import as_number, as_size, as_taken


@pytest.mark.parametrize(
    ("op", "below", "equal", "above"),
    [
        ("<", True, False, False),
        ("<=", True, True, False),
        (">", False, False, True),
        (">=", False, True, True),
        ("==", False, True, False),
    ],
)
def test_a_limit_holds_by_its_comparison(op: Any, below: bool, equal: bool, above: bool) -> None:
    """
    `<` is strict: equality is not met.
    """
    limit = Limit(op=op, value=5, unit="%")
    assert (limit.holds(4.999), limit.holds(5), limit.holds(5.001)) == (below, equal, above)
    assert str(limit) == f"{op} 5 %"


@pytest.mark.parametrize(
    ("size", "said"), [(64 << 10, "64 KiB"), (1 << 20, "1 MiB"), (5 << 20, "5 MiB"), (3 << 19, "1.5 MiB")]
)
def test_a_size_is_said_in_one_unit(size: int, said: str) -> None:
    """
    1 MiB is 1024 KiB.
    """
    assert as_size(size) == said


@pytest.mark.parametrize(
    ("number", "digits", "said"),
    [
        (1000, 6, "1000"),
        (1_234_567.8, 6, "1,234,568"),
        (1.2e9, 3, "1,200,000,000"),
        (999.6, 3, "1000"),
        (12.345, 3, "12.3"),
        (0.0000123, 3, "0.0000123"),
        (0.0, 3, "0"),
        (float("inf"), 3, "inf"),
    ],
)
def test_a_number_is_said_in_figures(number: float, digits: int, said: str) -> None:
    """
    And never with a power of ten.
    """
    assert as_number(number, digits) == said


def test_a_limit_of_millions_is_said_whole() -> None:
    """
    `1.23457e+06` would hide the last digits of what the plan asks.
    """
    assert str(Limit(op="<", value=1_234_567, unit="tasks")) == "< 1,234,567 tasks"


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Error rate < 1%", [Quantity(1, "%", "<")]),
        ("p95 > 1s for 2 hours", [Quantity(1000, "ms", ">"), Quantity(2, "h")]),
        ("1 week, then 2 weeks", [Quantity(168, "h"), Quantity(336, "h")]),
        ("at least 10 users in 3 days", [Quantity(10, "users"), Quantity(3, "d")]),
        ("queue <= 100 pending tasks", [Quantity(100, "tasks", "<=")]),
        ("1 hour or 2 h, 20 ms or 2 s", [Quantity(1, "h"), Quantity(2, "h"), Quantity(20, "ms"), Quantity(2000, "ms")]),
        ("3 tasks in 1 week", [Quantity(3, "tasks"), Quantity(168, "h")]),
        ("99.9% of 500ms", [Quantity(99.9, "%"), Quantity(500, "ms")]),
        ("version 1.2.3 and phase 4 see v1.5", []),
        ("10 servers", []),
    ],
)
def test_a_sentence_has_quantities(sentence: str, found: list[Quantity]) -> None:
    """
    Numbers with a unit, in base units, with the comparison before them.
    """
    assert quantities(sentence) == found


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        (Quantity(5, "%", "<"), True),
        (Quantity(5, "%"), True),
        (Quantity(5, "%", "<="), False),
        (Quantity(4, "%", "<"), False),
        (Quantity(5, "ms", "<"), False),
    ],
)
def test_a_limit_says_what_a_sentence_says(quantity: Quantity, said: bool) -> None:
    """
    Number, unit, and the comparison where there is one.
    """
    assert Limit(op="<", value=5, unit="%").says(quantity) is said


def profile(**more: Any) -> LoadProfile:
    """A load of 20 users who act once a second, for a minute."""
    facts = {"users": 20, "actions_per_minute": 60, "ramp": "1s", "hold": "60s", "slow_ms": [500], "slice": "1s"}
    return LoadProfile.model_validate({**facts, "scenarios": {"reviewer": 1}, **more})


def test_a_load_that_can_never_reach_its_requests_is_refused() -> None:
    """
    20 users, 60 a minute, one minute: 1 200 requests, and no more.
    """
    assert profile(least_requests=1200).least_requests == 1200
    with pytest.raises(ValueError, match="plans 1200 requests, needs 1201: this load can never prove anything"):
        profile(least_requests=1201)


def test_the_mean_rate_is_weighted() -> None:
    """
    Three readers once a second, one writer every ten seconds.
    """
    mixed = profile(scenarios={"reader": 3, "writer": {"weight": 1, "actions_per_minute": 6}}, least_requests=1)
    assert mixed.rates() == {"reader": 60, "writer": 6}
    assert mixed.mean_actions_per_minute() == pytest.approx(46.5)


@pytest.mark.parametrize(
    "weight", [True, 0, -1, {"weight": 0}, {"weight": 1, "items": 0}, {"weight": 1, "actions_per_minute": 0}]
)
def test_a_scenario_needs_a_weight(weight: Any) -> None:
    """
    A number above zero; neither truth nor nothing.
    """
    with pytest.raises(ValueError, match="scenarios"):
        profile(scenarios={"reviewer": weight})


def test_a_step_that_restores_is_destructive() -> None:
    """
    Text alone is taken so; a table has to state it, and cannot deny it.
    """
    steps = ["Restore the database", "Switch the flag off", {"run": "restore it", "destructive": True}]
    made = Procedure.model_validate({"id": "back", "title": "Back", "steps": steps})
    assert [step.destructive for step in made.all_steps] == [True, False, True]
    for more in ({}, {"destructive": False}):
        with pytest.raises(ValueError, match="overwrites data: write destructive = true"):
            Procedure.model_validate({"id": "back", "title": "Back", "steps": [{"run": "restore it", **more}]})


def test_a_time_that_something_took_tells_the_side_of_its_limit() -> None:
    """
    Case 28: a recovery that missed 60 s by 12 ms read "60.0 s"; its record keeps milliseconds, and so do its words.
    """
    assert as_taken(60.012) == "60.012 s"
    assert as_taken(59.99949) == "59.999 s"
