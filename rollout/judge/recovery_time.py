"""How long a recovery takes by the drills of a release: within its limit or not, since when, and up to which size."""

from collections.abc import Sequence

from rollout.evidence.records import Drill
from rollout.judge.digits import telling
from rollout.judge.finding import Case
from rollout.values import MIB

MOST_TOLD = 5  # earlier drills that are shown
GROWN = 1.2  # least ratio of the largest database to the smallest for a line through both
SIZE = "database_bytes"  # key in the counts of a drill


def too_slow(case: Case, record: Drill) -> str:
    """Why a drill that passed is no pass: its recovery took longer than the plan allows; empty where it did not."""
    limit = case.criterion.limit
    if limit is None or record.recovery_s is None or limit.holds(record.recovery_s):
        return ""
    return f"recovery took {told_s(case, record)} s, want {limit}"


def told_s(case: Case, record: Drill) -> str:
    """The seconds of a recovery beside the limit."""
    return telling(record.recovery_s or 0.0, case.criterion.limit, 1, "f")


def untold(case: Case, record: Drill) -> str:
    """Why a drill proves nothing under a limit: it has no recovery time; empty if it has one, or there is no limit."""
    limited = case.criterion.limit is not None and record.recovery_s is None
    return "the last drill does not tell how long a recovery takes" if limited else ""


def history(case: Case, drills: Sequence[Drill]) -> str:
    """How long a recovery took in the *drills* that passed, oldest first, and up to which size the limit would hold."""
    told = [each for each in drills if each.passed and each.recovery_s is not None]
    if not told:
        return ""
    *before, last = told[-MOST_TOLD - 1 :]
    parts = [f"recovery took {told_s(case, last)} s"]
    parts += [f"before {', '.join(f'{told_s(case, each)} s' for each in before)}"] if before else []
    limit = case.criterion.limit
    size = (
        largest_size([(each.counts.get(SIZE, 0), each.recovery_s or 0.0) for each in told], limit.value)
        if limit
        else None
    )
    if size is not None:
        now = last.counts.get(SIZE, 0) / MIB
        parts.append(f"extrapolated, {limit} holds up to about {size / MIB:,.0f} MiB, and there are {now:,.1f} MiB")
    return "; ".join(parts)


def largest_size(seen: Sequence[tuple[int, float]], limit_s: float) -> float | None:
    """
    The bytes at which a recovery would take *limit_s*, by a line through the smallest and the largest *seen*.

    *seen* are pairs of bytes and seconds. Where the sizes hardly differ, the time is taken as proportional to the
    size. None without a size, or where a larger database took no longer.
    """
    sized = sorted(each for each in seen if each[0])
    if not sized:
        return None
    (small, least_s), (large, most_s) = sized[0], sized[-1]
    if large >= small * GROWN:
        rate = (most_s - least_s) / (large - small)
        return small + (limit_s - least_s) / rate if rate > 0 else None
    size, seconds = seen[-1] if seen[-1][0] else sized[-1]
    return size * limit_s / seconds if seconds > 0 else None
