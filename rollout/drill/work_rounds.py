"""Rounds of users at work, and since when the work of all of them is whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor

SLOT_S = 3.0  # seconds in which every user ends a round
STEP_S = 0.25  # seconds between the beginnings of two slots


@dataclass(frozen=True)
class WorkRound:
    """
    One round of a *user*: two moments of the monotonic clock in seconds, and what went wrong in it, empty if nothing.
    """

    user: str
    began: float
    ended: float
    complaint: str = ""


def whole(rounds: Iterable[WorkRound], users: Iterable[str], begin: float) -> bool:
    """Whether in the slot from *begin* on each of *users* ended a round, and none of these failed."""
    inside = [each for each in rounds if begin <= each.ended < begin + SLOT_S]
    return {*users} <= {each.user for each in inside} and not any(each.complaint for each in inside)


def whole_since(rounds: Sequence[WorkRound], users: Sequence[str], since: float, now: float) -> float | None:
    """Seconds from *since* to the beginning of the first whole slot that is over *now*; None where there is none yet."""
    later = [each for each in rounds if each.ended >= since]
    most = floor((now - since - SLOT_S) / STEP_S)
    return next((n * STEP_S for n in range(most + 1) if whole(later, users, since + n * STEP_S)), None)


def failed_between(rounds: Iterable[WorkRound], begin: float, end: float) -> int:
    """How many rounds failed that ended from *begin* to *end*."""
    return sum(bool(each.complaint) for each in rounds if begin <= each.ended <= end)
