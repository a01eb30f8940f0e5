"""Where a load is as the plan asks, and where it is just not: each limit from both sides."""

from math import sqrt

import pytest

from rollout.evidence.records import LoadScenarios, ScenarioFacts
from rollout.judge.load_asked import SAME_RATE, asked_of, less_than_planned, more_than_planned, rare_scenario
from rollout.judge.load_evidence import attempt
from rollout.plan.profile import LoadProfile
from tests.judge.loads import PLAN, Load, second

PHASE = PLAN.phase("stage")
NAMES = {"projects.list": "reviewer", "upload": "writer"}


def profile(**more: object) -> LoadProfile:
    """The load of the small plan: 20 users who act once a second for a minute, a ramp of 10 s."""
    found = PHASE.load
    assert found is not None
    return LoadProfile.model_validate({**told(found), "ramp": "10s", **more})


def told(found: LoadProfile) -> dict[str, object]:
    """A profile in words of a plan."""
    document = found.model_dump(exclude_defaults=True)
    return document | {name: f"{document[name]}s" for name in ("ramp", "hold", "slice")}


def more(load: Load, asked: LoadProfile | None = None) -> str:
    """What of a load is heavier than the plan's."""
    return more_than_planned(attempt(load.run()), asked or profile())


def less(load: Load, asked: LoadProfile | None = None) -> str:
    """What of a load is lighter than the plan's, or another."""
    return less_than_planned(attempt(load.run()), PHASE, asked or profile())


@pytest.mark.parametrize(("users", "heavier", "lighter"), [(19, False, True), (20, False, False), (21, True, False)])
def test_one_user_more_or_less_is_another_load(users: int, heavier: bool, lighter: bool) -> None:
    """
    The plan asks for 20.
    """
    load = Load(users=users, ramp_s=10)
    assert bool(more(load)) is heavier
    assert bool(less(load)) is lighter


@pytest.mark.parametrize(
    ("rate", "heavier", "lighter"),
    [
        ((1 - SAME_RATE) * 60, False, False),
        (59.39, False, True),
        ((1 + SAME_RATE) * 60, False, False),
        (60.61, True, False),
    ],
)
def test_a_rate_may_be_rounded_by_a_hundredth(rate: float, heavier: bool, lighter: bool) -> None:
    """
    The plan asks for 60 actions a minute.
    """
    load = Load(actions_per_minute=rate, ramp_s=10)
    assert ("actions a minute" in more(load)) is heavier
    assert ("actions a minute" in less(load)) is lighter


@pytest.mark.parametrize(
    ("ramp_s", "heavier", "lighter"),
    [
        (None, False, False),
        ((1 - SAME_RATE) * 10, False, False),
        (9.89, True, False),
        ((1 + SAME_RATE) * 10, False, False),
        (10.11, False, True),
    ],
)
def test_a_ramp_may_be_rounded_by_a_hundredth(ramp_s: float | None, heavier: bool, lighter: bool) -> None:
    """
    A steeper one is a heavier load, a longer one a lighter; journals of before do not tell it.
    """
    load = Load(ramp_s=ramp_s)
    assert ("ramp" in more(load)) is heavier
    assert ("ramp" in less(load)) is lighter


@pytest.mark.parametrize(("hold_s", "shorter"), [(59.9, True), (60, False), (61, False), (None, False)])
def test_a_hold_is_as_long_as_the_plan_asks(hold_s: float | None, shorter: bool) -> None:
    """
    Longer is no less; whose length nobody said is judged elsewhere.
    """
    assert ("of measuring, the plan for" in less(Load(hold_s=hold_s))) is shorter


MIXED = {"reviewer": 3, "writer": {"weight": 1, "actions_per_minute": 30, "items": 5}}


def mixed(reviewer: float = 900.0, writer: float = 150.0, items: int | None = 5) -> dict[str, ScenarioFacts]:
    """What a load asked of the scenarios of a plan: three reviewers to a writer who acts half as often."""
    return {
        "reviewer": ScenarioFacts(arrivals_per_minute=reviewer),
        "writer": ScenarioFacts(arrivals_per_minute=writer, items=items),
    }


def test_the_plan_asks_each_scenario_for_its_share_of_the_users() -> None:
    """
    15 reviewers at 60 a minute, 5 writers at 30; nothing of a scenario that it does not have.
    """
    asked = profile(scenarios=MIXED)
    assert asked_of(asked, "reviewer") == ScenarioFacts(arrivals_per_minute=900.0)
    assert asked_of(asked, "writer") == ScenarioFacts(arrivals_per_minute=150.0, items=5)
    assert asked_of(asked, "stranger") == ScenarioFacts(arrivals_per_minute=0.0)


@pytest.mark.parametrize(
    ("scenarios", "why"),
    [
        (mixed(), ""),
        (mixed(reviewer=909.0, writer=151.5), ""),
        (mixed(reviewer=891.0, writer=148.5), ""),
        (mixed(writer=151.6), "151.6 arrivals a minute of scenario writer, the plan for 150"),
        (mixed(writer=148.4), "148.4 arrivals a minute of scenario writer, the plan for 150"),
        (mixed(items=4), "worked with 4 items, the plan asks for 5"),
        ({"reviewer": mixed()["reviewer"]}, "0 arrivals a minute of scenario writer, the plan for 150"),
        ({**mixed(), "stranger": ScenarioFacts(arrivals_per_minute=0.5)}, "0.5 arrivals a minute of scenario stranger"),
        ({**mixed(), "stranger": ScenarioFacts(arrivals_per_minute=0.0)}, ""),
    ],
)
def test_each_scenario_has_the_share_that_the_plan_gives_it(scenarios: dict[str, ScenarioFacts], why: str) -> None:
    """
    To a hundredth; one that the plan does not have has none at all.
    """
    load = Load(actions_per_minute=52.5, ramp_s=10, scenarios=scenarios)
    asked = profile(scenarios=MIXED)
    assert why in more(load, asked)
    assert bool(more(load, asked)) is bool(why)


def counted(writer: int, scenarios: dict[str, ScenarioFacts] | None) -> str:
    """What is said of a load of 60 s at 20 a second in which so many requests were a *writer*'s."""
    rows = [
        second(at, names={"projects.list": [20, 20, 0, 0, 0, 800.0, 0, 0], "upload": [k, k, 0, 0, 0, 40.0, 0, 0]})
        for at in range(60)
        for k in [writer // 60 + (at < writer % 60)]
    ]
    load = Load(seconds=rows, scenarios=scenarios, more=[LoadScenarios(names=NAMES)])
    return rare_scenario(attempt(load.run()), profile(scenarios=MIXED))


SHARE = 1200 / 7  # of the writers: 150 of 1050 arrivals


@pytest.mark.parametrize(
    ("scenarios", "least"),
    [(mixed(), 0.95 * SHARE - 3 * sqrt(SHARE)), (None, 0.50 * SHARE - 3 * sqrt(SHARE))],
    ids=["it tells what it asked for", "a journal of before"],
)
def test_the_requests_of_each_scenario_are_counted(scenarios: dict[str, ScenarioFacts] | None, least: float) -> None:
    """
    Chance alone keeps a share away by three standard deviations; a scenario may have more than its share.
    """
    assert counted(int(least) + 1, scenarios) == ""
    assert counted(1000, scenarios) == ""
    said = counted(int(least), scenarios)
    assert said == f"users of scenario writer made {int(least)} requests, the plan asks for 171 arrivals"
    assert counted(1, scenarios) == "users of scenario writer made 1 request, the plan asks for 171 arrivals"
