"""Waits for the work of the backend: for a review, which may be under way when its time is over, and for a report."""

import time
from collections.abc import Callable
from typing import TypeVar

from rollout.target.deadline import TimeBudget, TooLate
from rollout.target.obstacle import Obstacle
from rollout.target.wait import eventually
from xcodereviewer.models import Task

REVIEWS = TimeBudget(most_s=60.0, least_s=5.0, total_s=60.0)
REPORTS = TimeBudget(most_s=30.0, least_s=5.0, total_s=30.0)
LONGER = "let `within` of `review` in the target's file be as long as a review takes there"

Work = TypeVar("Work")


class ReviewProgress:
    """The progress of one review in percent, from *first* on."""

    def __init__(self, first: object) -> None:
        self.last = first
        self.began = self.moved = time.monotonic()

    def note(self, now: object) -> None:
        """Keep the moment at which the percentage last changed."""
        if now != self.last:
            self.last, self.moved = now, time.monotonic()

    @property
    def moves(self) -> bool:
        """Whether the percentage changed in the last half of the time since *first*."""
        return self.moved - self.began > (time.monotonic() - self.began) / 2


def review_after_its_end(read: Callable[[], Task]) -> Task:
    """
    The review that *read* reads, after its end, of any status; one that cannot be read at first fails at once.

    Obstacle if it has not ended in time, but its progress still moved in the last half of it, or earlier waits left it
    less than the time of a review.
    """
    progress, is_cut = ReviewProgress(read().progress), REVIEWS.seconds < REVIEWS.most_s

    def task_ended() -> Task:
        now = read()
        progress.note(now.progress)
        assert now.over, f"task {now.id}: got {now.status} at {now.progress} % ({now.current_step}), want an end"
        return now

    try:
        return within_budget(task_ended, REVIEWS)
    except TooLate as error:
        if is_cut or progress.moves:
            raise Obstacle(f"a review is still under way: {error}", LONGER) from None
        raise


def within_budget(check: Callable[[], Work], budget: TimeBudget) -> Work:
    """The result of *check* as soon as it does not raise; after *budget* is spent, later waits are short."""
    began = time.monotonic()
    try:
        return eventually(check, within=budget.seconds)
    except AssertionError:
        budget.spent_s += time.monotonic() - began
        raise
