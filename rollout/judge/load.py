"""Judge what load runs measured: validity first, then exact counts, support and triggers."""

from collections.abc import Callable

from rollout.evidence import Run, State
from rollout.evidence.records import LoadSecond
from rollout.judge.degradation import judge_degradation
from rollout.judge.finding import Case, Finding
from rollout.judge.load_canary import judge_canary
from rollout.judge.load_level import judge_mean, judge_requests
from rollout.judge.load_share import judge_share
from rollout.judge.verdict import Verdict

REQUESTS = "load.requests_count"
SPECIAL: dict[str, Callable[[Case], Finding]] = {
    "canary.lost_writes": judge_canary,
    "degradation.slower_percent": judge_degradation,
    REQUESTS: judge_requests,
}


def judge_load(case: Case) -> Finding:
    """The verdict about one criterion of source load."""
    metric = case.criterion.metric or ""
    judge = SPECIAL.get(metric) or (judge_mean if metric.endswith(".mean_ms") else judge_share)
    found = judge(case)
    return answered(case, found) if metric == REQUESTS and found.verdict is Verdict.MET else found


def answered(case: Case, found: Finding) -> Finding:
    """Requests count only if they were answered: *found* as it is, or why too few of them were."""
    runs = [run for run in case.fresh("load") if run.state is State.COMPLETE and run.started.phase == case.phase.id]
    good = sum(map(answers, runs))
    if case.criterion.limit is None or case.criterion.limit.holds(good):
        return found
    reason = f"only {good} of {found.n} requests were answered without an error"
    less = {"verdict": case.missing(), "reason": reason, "number": float(good), "margin": ""}
    return found.model_copy(update={**less, "next": case.criterion.next})


def answers(run: Run) -> int:
    """The requests of a run that were answered without an error."""
    return sum(row.n - row.err for record in run.of(LoadSecond) for row in record.rows().values())
