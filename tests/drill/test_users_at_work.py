"""Users at work while switches move: they follow in time, stay where they are put, and see few errors."""

from typing import Any

import pytest

from rollout.drill.outcome import Failed
from rollout.plan import load_plan
from xcodereviewer.drills import rollback
from xcodereviewer.drills.asked_users import spread_users
from xcodereviewer.drills.rollback import followed
from xcodereviewer.drills.users_at_work import FAILED_PERCENT, User, UsersAtWork
from xcodereviewer.flag_buckets import bucket

IDS = spread_users()[::2]
NOBODY: Any = None
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


@pytest.mark.parametrize(("failed", "beyond"), [(0, False), (1, False), (2, True)])
def test_errors_of_users_have_the_budget_of_the_plan(failed: int, beyond: bool) -> None:
    """
    Fewer than one in a hundred may fail.
    """
    user = User("1", NOBODY, "", requests=200, failed=["got 503"] * failed)
    assert bool(UsersAtWork([user]).beyond_budget()) is beyond
    limits = {each.limit.value for each in load_plan().criteria if each.metric == "all.fail_percent" and each.limit}
    assert limits == {FAILED_PERCENT}
