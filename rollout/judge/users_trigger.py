"""Users' failed requests beyond the trigger: certain, and lasting over three slices in a row."""

from dataclasses import dataclass

import numpy as np

from rollout.judge.finding import Case, Finding
from rollout.judge.sample_round import SampleRound, in_step
from rollout.judge.share_budget import ShareBudget, share_of
from rollout.judge.slots import journals
from rollout.judge.users_slices import share, slices
from rollout.judge.watched_time import LONGEST_S
from rollout.plan import Limit
from rollout.statistics.trigger import LOOK_S, Alarm, first_alarm
from rollout.values import as_moment

NAMELESS = "which ones is not known: the source of users' traffic counts no names"


@dataclass(frozen=True)
class UsersAlarm:
    """The *alarm*, the seconds that it took, and the *slots* whose counts it is about."""

    alarm: Alarm
    seconds: float
    slots: tuple[SampleRound, ...]

    def finding(self, case: Case) -> Finding:
        """The finding about the window that fired, in the exposure step in which it ended."""
        trigger, last = case.criterion.trigger, self.slots[-1]
        assert trigger is not None
        failed = f"{self.alarm.bad} of {self.alarm.total}"
        percent = limit_of(trigger).percent(self.alarm.bad, self.alarm.total)
        return case.triggered(
            (
                f"{failed} requests of users failed in {self.seconds:g} s until {as_moment(last.due)}{in_step(last)}",
                NAMELESS,
            ),
            f"{percent} % failed ({failed} in {self.seconds:g} s)",
            (last.due - self.seconds, last.due),
            number=100 * self.alarm.share,
            n=self.alarm.total,
            n_unit="requests",
            evidence=journals(list(self.slots)),
        )


def fired(case: Case, slots: list[SampleRound], length_s: float) -> UsersAlarm | None:
    """
    The first window that fired, in slices of 10 s, and in those of *length_s*, or of the interval of a monitor where
    that is longer.

    Short slices see an outage after half a minute; long ones have ten requests each where users are few. With slices
    shorter than the interval every other one would be empty, and no break would last three slices.
    """
    if case.criterion.trigger is None:
        return None
    intervals = {min(slot.interval_s, LONGEST_S) for slot in slots}
    lengths = {max(least, each) for each in intervals for least in (LOOK_S, length_s)}
    found = (fired_in(case, slots, length) for length in sorted(lengths))
    return next(filter(None, found), None)


def fired_in(case: Case, slots: list[SampleRound], length_s: float) -> UsersAlarm | None:
    """
    The first window that fired, by the rule of a load's trigger with a slice in the place of its 10 s.

    A slice without a count interrupts a break. Where the probe failed and every request failed, fewer than ten in a
    slice are enough: the count itself shows that the monitor was online.
    """
    trigger, some = case.criterion.trigger, slices(case, slots, length_s)
    if trigger is None or not some:
        return None
    counts = np.zeros((3, some[-1].place + 1, LOOK_S), np.int64)  # a slice in the first of the ten seconds of a look
    for each in some:
        found = share(case.criterion.measured.kind, each)
        counts[:, each.place, 0] = found.least, found.total, each.failed if each.down else 0
    limit = limit_of(trigger)
    bad, total, unanswered = counts.reshape(3, -1)
    alarm = first_alarm(bad, total, limit.share, inclusive=limit.strict, unanswered=unanswered)
    if alarm is None:
        return None
    looks = (alarm.end + 1 - alarm.start) // LOOK_S
    last = next(each for each in some if each.place == alarm.end // LOOK_S)
    seconds = looks * length_s
    return UsersAlarm(alarm, seconds, tuple(slot for slot in slots if last.at - seconds < slot.due <= last.at))


def limit_of(trigger: Limit) -> ShareBudget:
    """The share of failed requests that does not fire a *trigger* yet."""
    return ShareBudget(share_of(trigger.value), trigger.op == ">=")
