"""Judge a share of users from the counts that a check recorded: as planned, as at another step, or a mismatch."""

from collections.abc import Mapping

from rollout.evidence.records import MOST, TestStatus
from rollout.judge.digits import apart
from rollout.plan import Phase
from rollout.statistics.sample_ratio import probability

LEAST_PROBABLE = 0.001  # a less probable deviation counts as a mismatch
COUNTS = ("exposure.on_count", "exposure.users_count", "exposure.intended_percent")


def seen_as(measured: Mapping[str, object], phase: Phase, *, required: bool) -> tuple[TestStatus, str]:
    """
    The status of a passed check from what it *measured*, and the reason if that status is not `passed`.

    A share other than the intended one proves nothing about the new backend, good or bad. A check that counted no
    users stays `passed`, unless counts are *required*.
    """
    if not required and not any(name in measured for name in COUNTS):
        return "passed", ""
    on, of, intended = (measured.get(name) for name in COUNTS)
    if not isinstance(on, int) or not isinstance(of, int) or not isinstance(intended, int | float):
        return "skipped", f"counted no users: {on!r} of {of!r}, {intended!r} % intended"
    if not 0 <= on <= of <= MOST or of == 0 or not 0 <= intended <= 100:
        return "skipped", f"impossible counts of users: {on} of {of}, {intended:g} % intended"
    return compared(on, of, intended, phase)


def compared(on: int, of: int, intended: float, phase: Phase) -> tuple[TestStatus, str]:
    """The status from possible counts: *on* of *of* users are on the new backend, *intended* percent are expected."""
    if fits(on, of, intended):
        return "passed", ""
    seen = f"got {apart(100 * on / of, intended, 1, 'f')} % of {of} users, want {intended:g} %"
    for step in phase.steps:
        if fits(on, of, step.percent or 0):
            return "other-step", f"at another step, {step.id}: {seen}"
    why = "everyone in one bucket, as users without ids are" if on in (0, of) else "sample-ratio mismatch"
    return "skipped", f"{why}: {seen}"


def fits(on: int, of: int, percent: float) -> bool:
    """Whether chance explains the share, if *percent* is the true one."""
    return probability(on, of, percent) >= LEAST_PROBABLE
