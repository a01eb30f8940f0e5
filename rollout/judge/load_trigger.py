"""Find the window of a load run in which a trigger fired: its time, its part of the run, and which requests failed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from rollout.evidence import Run
from rollout.judge.load_attempts import Attempts, Judged
from rollout.judge.load_evidence import ALL, Attempt, Tally, reached_by, scenarios_of
from rollout.judge.request_budget import Budget
from rollout.statistics import Alarm, first_alarm
from rollout.statistics.trigger import WINDOW_S
from rollout.values import some


@dataclass(frozen=True)
class LoadAlarm:
    """The *alarm* of one run about requests called *name*; its *first* and *last* second are seconds since the epoch."""

    alarm: Alarm
    judged: Judged
    name: str
    limit: Budget

    @property
    def first(self) -> int:
        """The first second of the window."""
        return self.judged.attempt.whole.start + self.alarm.start

    @property
    def last(self) -> int:
        """The last second of the window."""
        return self.judged.attempt.whole.start + self.alarm.end

    @property
    def when(self) -> str:
        """How long the window is and when it ended."""
        return span(self.first, self.last)

    @property
    def deed(self) -> str:
        """What makes a request bad, in words."""
        return "failed" if self.limit.slow_ms is None else f"took {self.limit.slow_ms:g} ms or more, or failed"

    @property
    def said(self) -> str:
        """What was counted, when, and in which part of the run."""
        return f"{self.alarm.bad} of {self.alarm.total} requests {self.deed} in {self.when}{self.part()}"

    def text(self) -> tuple[str, ...]:
        """Why it is a reason to roll back, with the part of the run, and the names that failed there."""
        left = f"what {self.offline} sent without a link is left out" if self.offline else ""
        return self.said, some(self.names()), left

    @property
    def offline(self) -> str:
        """The workers whose own link was down within the window, in words; empty if none was."""
        down = self.judged.attempt.offline
        window = range(self.first, self.last + 1)
        return some(sorted(worker for worker, seconds in down.items() if not seconds.isdisjoint(window)))

    def part(self) -> str:
        """Which part of the run the window ended in; nothing where that is the measured one."""
        return part_of(self.judged.attempt, self.last)

    def names(self) -> list[str]:
        """
        Each name with its bad requests and all of them, worst first: `list 3 of 17`.

        Only what reached the target counts.
        """
        worst = sorted(self._names(), key=lambda each: (-each[0], each[2]))
        return [f"{name} {bad} of {total}" for bad, total, name in worst]

    def _names(self) -> Iterator[tuple[int, int, str]]:
        run = self.judged.attempt.run
        for name in counted_under(run, self.name):
            reached = reached_by(run, name).between(self.first, self.last)
            if bad := int(self.limit.bad(reached).sum()):
                yield bad, int(reached.total.sum()), name


def counted_under(run: Run, name: str) -> list[str]:
    """The request names that count under *name*: all of them, those of a scenario, or that one."""
    scenarios = scenarios_of(run)
    return [each for each in run.seconds.names if name in (ALL, each, scenarios.get(each))]


def span(first: int, last: int) -> str:
    """How long a window is and when it ended: `30 s until 13:54:07 UTC`."""
    return f"{last - first + 1} s until {datetime.fromtimestamp(last + 1, UTC).strftime('%H:%M:%S UTC')}"


def part_of(attempt: Attempt, last: int) -> str:
    """Which part of a run has the second *last*; nothing where that is the measured one."""
    return "" if attempt.opened and last >= attempt.window.start else ", in the ramp"


def fired(found: Attempts, name: str, limit: Budget | None) -> LoadAlarm | None:
    """The first window of any run that fired the trigger *limit* on requests called *name*, None if none did."""
    if limit is None:
        return None
    return next((each for judged in found.all if (each := fired_in(judged, name, limit))), None)


def fired_in(judged: Judged, name: str, limit: Budget) -> LoadAlarm | None:
    """
    The first window of one run that fired the trigger; None if none did.

    Failed requests count in every run, since they were really sent. Slow and unanswered requests count only in a run
    without faults, where the generator itself is known to have worked. What a worker sent while its own link was down,
    and seconds in which a target on its machine got no processor, do not count.
    """
    return alarm_in(judged, name, limit, judged.attempt.reached)


def alarm_in(judged: Judged, name: str, limit: Budget, counted: Tally) -> LoadAlarm | None:
    """The first window of one run that fired the trigger, from what is *counted*; None if none did."""
    sound = judged.accuses
    if limit.slow_ms is not None and not sound:
        return None
    unanswered = counted.failed if sound and name == ALL else None
    bad, total = limit.bad(counted), counted.total
    alarm = first_alarm(bad, total, limit.share, inclusive=limit.strict, unanswered=unanswered)
    return LoadAlarm(alarm, judged, name, limit) if alarm else None


def excused(found: Attempts, name: str, limit: Budget | None) -> str:
    """Why the first window beyond the trigger *limit* fired nothing, in words; empty if there is none."""
    if limit is None:
        return ""
    for judged in found.all:
        if window := alarm_in(judged, name, limit, judged.attempt.whole):
            return f"{window.said}: no ROLLBACK, {mute(window)}"
    return ""


def mute(window: LoadAlarm) -> str:
    """For how many seconds of the window the target was not measured, and why, in words."""
    attempt = window.judged.attempt
    silent = attempt.silent.intersection(range(window.last + 1 - WINDOW_S, window.last + 1))
    offline = silent.intersection(set().union(*attempt.offline.values()))
    parts = [(len(offline), "the generator had no link"), (len(silent - offline), "the target got no processor")]
    return " and ".join(f"{why} in {count} s of that minute" for count, why in parts if count)
