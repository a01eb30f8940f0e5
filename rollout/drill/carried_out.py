"""Carry a drill out and record its end: passed, failed, or could not tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rollout.drill.course import Course
from rollout.drill.exercise import Exercise
from rollout.drill.outcome import CannotTell, Failed
from rollout.evidence.records import Drill, DrillErred, DrillStep
from rollout.plan import Plan
from rollout.target import Target, TargetError
from rollout.target.message import one_line
from rollout.values import as_taken

MOST_CHARACTERS = 1000  # of a reason: every difference of a copy, within what a page can show


@dataclass(frozen=True)
class DrillEnd:
    """The result of a drill and its reason; *times* and *within* are those of its course, in seconds."""

    how: Literal["passed", "failed", "could not tell"]
    reason: str
    value: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)
    within: Mapping[str, float] = field(default_factory=dict)
    listed: tuple[str, ...] = ()
    recovery_s: float | None = None
    revision: str | None = None

    def record(self, criterion: str) -> Drill | DrillErred:
        """The evidence about the criterion of that full id."""
        steps = tuple(
            DrillStep(name=name, seconds=round(seconds, 3), within_s=self.within.get(name))
            for name, seconds in self.times.items()
        )
        if self.how == "could not tell":
            return DrillErred(criterion=criterion, reason=self.reason, steps=steps)
        return Drill(
            criterion=criterion,
            passed=self.how == "passed",
            reason=self.reason,
            value=self.value,
            counts=dict(self.counts),
            steps=steps,
            listed=self.listed,
            recovery_s=None if self.recovery_s is None else round(self.recovery_s, 3),
            revision=self.revision,
        )


def carried_out(exercise: Exercise, target: Target, plan: Plan, course: Course) -> DrillEnd:
    """The result of *exercise* on *target*; an interruption is raised, since it is no result."""
    try:
        passed = exercise.carry_out(target, plan, course)
    except Failed as error:
        reason, listed = reason_of(error, course), short(error.listed)
        return DrillEnd("failed", reason, failed_after(course), error.counts, course.times, course.within, listed)
    except (CannotTell, AssertionError, TargetError, OSError) as error:  # a step before the exercised one failed
        return DrillEnd("could not tell", reason_of(error, course), times=course.times, within=course.within)
    return DrillEnd(
        "passed",
        one_line(passed.reason, MOST_CHARACTERS),
        passed.value,
        passed.counts,
        course.times,
        course.within,
        short(passed.listed),
        recovery_s=sum(course.times[step] for step in passed.recovery) if passed.recovery else None,
        revision=passed.revision,
    )


def reason_of(error: Exception, course: Course) -> str:
    """The text of an error that ended a drill, and what was not put back after it."""
    return one_line("; ".join(filter(None, (str(error), course.not_put_back))), MOST_CHARACTERS)


def short(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines, each cut to `MOST_CHARACTERS`."""
    return tuple(one_line(line, MOST_CHARACTERS) for line in lines)


def failed_after(course: Course) -> str:
    """The value of a failed drill."""
    return f"failed after {as_taken(sum(course.times.values()))}"
