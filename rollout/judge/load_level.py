"""Judge a plain number of load runs, such as how many requests were measured."""

from rollout.judge.finding import Case, Finding
from rollout.judge.load_attempts import Attempts, attempts, unproven
from rollout.judge.verdict import Verdict
from rollout.values import as_number, numbered


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
    """Compare a number with the limit."""
    limit = case.criterion.limit
    assert limit is not None
    verdict = Verdict.MET if limit.holds(number) else Verdict.BROKEN
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
