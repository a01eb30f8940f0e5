"""Judge what load runs measured: validity first, then exact counts, support and triggers."""

from collections.abc import Callable

from rollout.judge.degradation import judge_degradation
from rollout.judge.finding import Case, Finding
from rollout.judge.load_attempts import UNREADABLE
from rollout.judge.load_canary import judge_canary
from rollout.judge.load_level import judge_mean, judge_requests
from rollout.judge.load_share import judge_share

SPECIAL: dict[str, Callable[[Case], Finding]] = {
    "canary.lost_writes": judge_canary,
    "degradation.slower_percent": judge_degradation,
    "load.requests_count": judge_requests,
}


def judge_load(case: Case) -> Finding:
    """The verdict about one criterion of source load; evidence that cannot be read is named and proves nothing."""
    metric = case.criterion.metric or ""
    judge = SPECIAL.get(metric) or (judge_mean if metric.endswith(".mean_ms") else judge_share)
    try:
        return judge(case)
    except UNREADABLE as error:
        reason = f"the evidence cannot be read: {type(error).__name__}: {error}"
        return case.finding(case.missing(), reason, "unreadable")
