"""From when on users' work is whole: each of them comes to the end of a round in a slot, and none fails."""

import pytest

from rollout.drill.work_rounds import SLOT_S, WorkRound, failed_between, whole, whole_since

USERS = ("ann", "bob")


def rounds(user: str, *moments: float, complaint: str = "") -> list[WorkRound]:
    """Rounds of a user that ended at these moments."""
    return [WorkRound(user, moment - 0.1, moment, complaint) for moment in moments]


def test_a_slot_is_whole_where_everybody_worked_and_nothing_failed() -> None:
    """
    Its beginning belongs to it, its end to the next one.
    """
    both = [*rounds("ann", 10.0), *rounds("bob", 11.9)]
    assert whole(both, USERS, 10.0)
    assert not whole(both, USERS, 10.1)
    assert not whole([*both, *rounds("bob", 11.0, complaint="got 503")], USERS, 10.0)
    assert whole([*both, *rounds("bob", 10.0 + SLOT_S, complaint="got 503")], USERS, 10.0)


@pytest.mark.parametrize(
    ("bad_until", "now", "expected"),
    [(0.0, SLOT_S, 0.0), (3.0, 3.0 + SLOT_S, None), (3.0, 3.3 + SLOT_S, 3.25), (3.0, 100.0, 3.25), (0.0, 1.9, None)],
    ids=["at once", "the slot is not over", "after the last failure", "asked late", "too early to say"],
)
def test_the_time_to_recover_ends_with_the_beginning_of_the_first_whole_slot(
    bad_until: float, now: float, expected: float | None
) -> None:
    """
    What is known only later changes nothing of it.
    """
    every = [0.25 * n for n in range(int(now / 0.25) + 1)]
    found = [*rounds("ann", *every), *rounds("bob", *(at for at in every if at > bad_until or not bad_until))]
    found += rounds("bob", *(at for at in every if 0 < at <= bad_until), complaint="got 503")
    assert whole_since(found, USERS, 0.0, now) == expected


def test_a_user_who_hangs_keeps_the_work_from_being_whole() -> None:
    """
    No round that failed is needed for that.
    """
    assert whole_since(rounds("ann", *(0.5 * n for n in range(60))), USERS, 0.0, 30.0) is None


def test_failed_rounds_are_counted_by_their_end() -> None:
    """
    Both ends of the time belong to it.
    """
    bad = rounds("ann", 1.0, 2.0, 3.0, 4.0, complaint="got 503")
    assert failed_between([*bad, *rounds("bob", 2.5)], 2.0, 3.0) == 2
