"""Users' failed requests beyond the trigger: certain, and lasting over three slices in a row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rollout.judge.finding import Case
from rollout.judge.sampling import clock
from rollout.judge.share_budget import ShareBudget, share_of
from rollout.judge.users_slices import Slice, share
from rollout.statistics.trigger import LOOK_S, Alarm, first_alarm


@dataclass(frozen=True)
class Fired:
    """The *alarm*, the seconds that it took, and the moment in which its last slice ended."""

    alarm: Alarm
    seconds: float
    until: float

    def text(self, trigger: str) -> str:
        """Why it is a reason to roll back, with the numbers of the window that fired."""
        what = f"{self.alarm.bad} of {self.alarm.total} requests of users failed in {self.seconds:g} s"
        return f"{what} until {clock(self.until)}: trigger {trigger}"


def fired(case: Case, slices: Sequence[Slice], length_s: float) -> Fired | None:
    """
    The first window that fired, by the rule of a load's trigger with a slice in the place of its 10 s.

    A slice that nobody counted ends what lasts.
    """
    trigger = case.criterion.trigger
    if trigger is None or not slices:
        return None
    places = [round((each.at - slices[0].at) / length_s) for each in slices]
    counts = np.zeros((2, places[-1] + 1, LOOK_S), np.int64)  # a slice in the first of the ten seconds of a look
    for place, each in zip(places, slices, strict=True):
        found = share(case.criterion.measured.kind, each)
        counts[:, place, 0] += found.least, found.total
    limit = ShareBudget(share_of(trigger.value), trigger.op == ">=")
    bad, total = counts.reshape(2, -1)
    alarm = first_alarm(bad, total, limit.share, inclusive=limit.strict)
    if alarm is None:
        return None
    looks = (alarm.end + 1 - alarm.start) // LOOK_S
    return Fired(alarm, looks * length_s, slices[0].at + alarm.end // LOOK_S * length_s)
