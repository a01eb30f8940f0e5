"""Users' failed requests beyond the trigger: certain, and lasting over three slices in a row."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rollout.judge.finding import Case
from rollout.judge.sample_round import SampleRound
from rollout.judge.share_budget import ShareBudget, share_of
from rollout.judge.users_slices import Slice, share, slices
from rollout.judge.watched_time import LONGEST_S
from rollout.statistics.trigger import LOOK_S, Alarm, first_alarm
from rollout.values import as_moment


@dataclass(frozen=True)
class UsersAlarm:
    """The *alarm*, the seconds that it took, and the moment in which its last slice ended."""

    alarm: Alarm
    seconds: float
    until: float

    def text(self, trigger: str) -> str:
        """Why it is a reason to roll back, with the numbers of the window that fired."""
        what = f"{self.alarm.bad} of {self.alarm.total} requests of users failed in {self.seconds:g} s"
        return f"{what} until {as_moment(self.until)}: trigger {trigger}"


def fired(case: Case, slots: list[SampleRound], length_s: float) -> UsersAlarm | None:
    """
    The first window that fired, in slices of *length_s* or of the interval of a monitor, if that is longer.

    With slices shorter than the interval every other one would be empty, and no break would last three slices.
    """
    if case.criterion.trigger is None:
        return None
    lengths = {max(length_s, min(slot.interval_s, LONGEST_S)) for slot in slots}
    found = (fired_in(case, slices(case, slots, length), length) for length in sorted(lengths))
    return next(filter(None, found), None)


def fired_in(case: Case, some: Sequence[Slice], length_s: float) -> UsersAlarm | None:
    """
    The first window that fired, by the rule of a load's trigger with a slice in the place of its 10 s.

    A slice without a count interrupts a break. Where the probe failed and every request failed, fewer than ten in a
    slice are enough: the count itself shows that the monitor was online.
    """
    trigger = case.criterion.trigger
    if trigger is None or not some:
        return None
    counts = np.zeros((3, some[-1].place + 1, LOOK_S), np.int64)  # a slice in the first of the ten seconds of a look
    for each in some:
        found = share(case.criterion.measured.kind, each)
        counts[:, each.place, 0] = found.least, found.total, each.failed if each.down else 0
    limit = ShareBudget(share_of(trigger.value), trigger.op == ">=")
    bad, total, unanswered = counts.reshape(3, -1)
    alarm = first_alarm(bad, total, limit.share, inclusive=limit.strict, unanswered=unanswered)
    if alarm is None:
        return None
    looks = (alarm.end + 1 - alarm.start) // LOOK_S
    last = next(each for each in some if each.place == alarm.end // LOOK_S)
    return UsersAlarm(alarm, looks * length_s, last.at)
