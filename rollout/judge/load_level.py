"""Judge plain numbers of a load run: mean latency, and how many requests were measured."""

from collections.abc import Sequence

from rollout.judge.digits import telling
from rollout.judge.finding import Case, Finding
from rollout.judge.load_attempts import Attempts, Judged, attempts, least_requests, unproven
from rollout.judge.verdict import Verdict
from rollout.metrics.builtin import requests_of
from rollout.values import as_number, numbered


def judge_mean(case: Case) -> Finding:
    """
    The mean latency of everything that was answered, from the newest valid run that has answers.

    A later run in doubt mends nothing. Runs that were cut short count against the limit and never for it.
    """
    assert case.criterion.metric is not None
    found = attempts(case, requests_of(case.criterion.metric))
    newest = [judged for judged in found.valid if answered_in([judged])][-1:]
    for some in (newest, [*newest, *found.cut_short]):
        enough = newest or answered_in(some) >= least_requests(case)
        if some and enough and (measured := mean_of(case, found, some)).verdict > Verdict.UNPROVEN:
            return measured
    if problem := found.newest_problem:
        return unproven(case, found, problem)
    if newest != found.valid[-1:]:
        return unproven(case, found, "no request of that name was answered")
    return mean_of(case, found, newest)


def answered_in(some: Sequence[Judged]) -> int:
    """How many requests were answered in the measured windows of some attempts."""
    return sum(int(judged.attempt.window.column("n").sum()) for judged in some)


def mean_of(case: Case, found: Attempts, some: Sequence[Judged]) -> Finding:
    """The mean of some attempts, which have answers, against the limit."""
    n = answered_in(some)
    mean = sum(float(judged.attempt.window.total_ms.sum()) for judged in some) / n
    measured = level(case, found, mean, f"{telling(mean, case.criterion.limit, 1, 'f')} ms", n)
    if measured.verdict is Verdict.MET or all(judged.valid for judged in some):
        return measured
    return measured.model_copy(update={"reason": f"{measured.reason}, attempts that were cut short included"})


def judge_requests(case: Case) -> Finding:
    """How many requests a valid run measured, and enough of them were answered."""
    found = attempts(case, "all")
    if found.newest_problem:
        return unproven(case, found, found.newest_problem)
    n = sum(int(judged.attempt.window.total.sum()) for judged in found.proving)
    measured = level(case, found, float(n), numbered(n, "request", "requests"), n)
    return answered(case, found, measured) if measured.verdict is Verdict.MET else measured


def answered(case: Case, found: Attempts, measured: Finding) -> Finding:
    """Requests count only if they were answered where they were measured: *measured* as it is, or why too few were."""
    windows = [judged.attempt.window for judged in found.proving]
    good = sum(int((window.total - window.failed).sum()) for window in windows)
    if case.criterion.limit is None or case.criterion.limit.holds(good):
        return measured
    reason = f"only {good} of {measured.n} requests were answered without an error"
    return case.held_back(measured, reason, number=float(good), margin="")


def level(case: Case, found: Attempts, number: float, value: str, n: int) -> Finding:
    """Compare a number with the limit, and with the trigger first."""
    limit, trigger = case.criterion.limit, case.criterion.trigger
    assert limit is not None
    verdict = Verdict.MET if limit.holds(number) else Verdict.BROKEN
    if trigger is not None and trigger.holds(number):
        verdict = Verdict.TRIGGERED
    gap = abs(limit.value - number)
    margin = (
        f"{as_number(gap, 4)} {limit.unit} {'less' if verdict else 'left'}"
        if limit.op in ("<", "<=")
        else f"{as_number(gap, 4)} {limit.unit}"
    )
    return case.finding(
        verdict,
        "the limit holds" if verdict is Verdict.MET else f"the limit {limit} does not hold",
        value,
        number=number,
        n=n,
        n_unit="requests",
        window=found.stretch(),
        margin=margin,
        attempts=len(found.all),
        evidence=found.evidence(),
    )
