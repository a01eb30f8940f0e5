"""Users at work while switches move: they follow in time, stay where they are put, and see few errors."""

from typing import Any

import pytest

from rollout.drill.outcome import Failed
from rollout.metrics import MetricKind
from rollout.plan import Limit, Plan, load_plan
from xcodereviewer.drills import rollback
from xcodereviewer.drills.asked_users import spread_users
from xcodereviewer.drills.rollback import followed
from xcodereviewer.drills.users_at_work import User, UsersAtWork
from xcodereviewer.flag_buckets import bucket

IDS = spread_users()[::2]
NOBODY: Any = None
PLAN = load_plan()
Rounds = list[tuple[float, bool]]


def crowd(**rounds: Rounds) -> UsersAtWork:
    """Users at work who asked in these rounds."""
    return UsersAtWork([User(name, NOBODY, "", found) for name, found in rounds.items()])


def all_at(percent: int, *moments: float) -> dict[str, Rounds]:
    """Rounds in which every user is where a percentage puts them."""
    return {name: [(moment, bucket(name) < percent) for moment in moments] for name in IDS}


def test_users_have_followed_when_their_newest_round_says_so() -> None:
    """
    A round from before the switch tells nothing.
    """
    crowd(**all_at(25, 11.0)).expect_follows(25, switched=10.0)
    with pytest.raises(AssertionError, match="10 of 10 users at work have not followed to 25 %"):
        crowd(**all_at(25, 9.0)).expect_follows(25, switched=10.0)
    late = {**all_at(25, 11.0), IDS[-1]: [(11.0, True)]}
    with pytest.raises(AssertionError, match="1 of 10 users at work have not followed to 25 %"):
        crowd(**late).expect_follows(25, switched=10.0)


def test_one_user_who_went_back_is_named() -> None:
    """
    On the new backend or off it, in any round after all had settled.
    """
    assert crowd(**all_at(10, 11.0, 12.0)).went_back(10, settled=10.0) == []
    on, off = IDS[0], IDS[-1]
    back = {**all_at(10, 11.0), on: [(11.0, True), (12.0, False)], off: [(11.0, True), (12.0, False)]}
    assert crowd(**back).went_back(10, settled=10.0) == [on, off]


def test_users_who_are_not_seen_again_have_not_settled() -> None:
    """
    Where there are none nobody is waited for.
    """
    crowd(**all_at(0, 11.0, 12.0)).expect_settled(10.0)
    with pytest.raises(AssertionError, match="users at work asked 1 times, want 2"):
        crowd(**all_at(0, 9.0, 11.0)).expect_settled(10.0)
    crowd().expect_settled(10.0)


def test_a_switch_that_users_do_not_follow_fails_the_drill(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With what was seen; without users at work there is nothing to see.
    """
    monkeypatch.setattr(rollback, "SWITCHED_S", 0)
    followed(crowd(), 0, "the flag was disabled")
    moments = (1e12, 1e12 + 1)
    followed(crowd(**all_at(0, *moments)), 0, "the flag was disabled")
    wavering = {**all_at(0, *moments), IDS[0]: [(1e12, True), (1e12 + 1, False)]}
    with pytest.raises(Failed, match="after the flag was disabled: 1 of 10 users at work went back"):
        followed(crowd(**wavering), 0, "the flag was disabled")


def with_errors(failed: int) -> UsersAtWork:
    """One user of whose 200 requests some failed."""
    return UsersAtWork([User("1", NOBODY, "", requests=200, failed=["got 503"] * failed)])


def budgets_of(plan: Plan) -> tuple[Limit, ...]:
    """The limits of the failed requests of users in the phases that this drill is evidence for."""
    return plan.limits_beside(rollback.CRITERION, MetricKind.USERS_FAILED)


def limited_to(*percents: float) -> Plan:
    """The plan with other limits of the failed requests of users; without any, none is left."""
    others = [each for each in PLAN.criteria if each.metric != "users.failed_percent"]
    (ours,) = (each for each in PLAN.criteria if each.metric == "users.failed_percent")
    limits = [Limit(op="<", value=percent, unit="%") for percent in percents]
    return PLAN.model_copy(
        update={"criteria": (*others, *(ours.model_copy(update={"limit": limit}) for limit in limits))}
    )


@pytest.mark.parametrize(
    ("plan", "failed", "said"),
    [
        pytest.param(PLAN, 0, "", id="none failed"),
        pytest.param(PLAN, 1, "", id="fewer than one in a hundred"),
        pytest.param(PLAN, 2, "2 of 200 requests of users at work failed, want < 1 %, first: got 503", id="one in 100"),
        pytest.param(limited_to(2), 2, "", id="a plan that allows more"),
        pytest.param(limited_to(0.5), 1, "1 of 200 requests of users at work failed, want < 0.5 %", id="or less"),
        pytest.param(limited_to(3, 0.5), 1, "want < 0.5 %, first", id="the stricter of two phases counts"),
        pytest.param(limited_to(), 200, "", id="a plan without a limit decides nothing"),
    ],
)
def test_errors_of_users_have_the_budget_of_the_plan(plan: Plan, failed: int, said: str) -> None:
    """
    The plan of the rollout allows fewer than one in a hundred; another limit in the plan is another result.
    """
    found = with_errors(failed).beyond(budgets_of(plan))
    assert bool(found) == bool(said)
    assert said in found


def test_a_limit_of_other_phases_or_without_a_say_is_no_budget() -> None:
    """
    What only advises, and what belongs to a phase that the drill is no evidence for, decides nothing.
    """
    (ours,) = (each for each in PLAN.criteria if each.metric == "users.failed_percent")
    for change in ({"advisory": True}, {"phases": ("phase1",)}):
        others = [each for each in PLAN.criteria if each is not ours]
        plan = PLAN.model_copy(update={"criteria": (*others, ours.model_copy(update=change))})
        assert budgets_of(plan) == ()


def drill_within(budgets: tuple[Limit, ...]) -> rollback.RollbackDrill:
    """A drill with these budgets, on nothing."""
    return rollback.RollbackDrill(NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, budgets)


def test_a_drill_says_that_errors_decided_nothing() -> None:
    """
    Where the plan has no limit for them; without users at work there is nothing to say.
    """
    drill = drill_within(())
    said = "; 3 of 200 requests of users at work failed, which decides nothing: the plan has no limit for them"
    assert drill.undecided(with_errors(3)) == said
    assert drill.undecided(UsersAtWork([])) == ""
    assert drill_within(budgets_of(PLAN)).undecided(with_errors(3)) == ""
