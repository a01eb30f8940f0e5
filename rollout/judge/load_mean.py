"""Judge the mean latency of load runs."""

from collections.abc import Sequence

from rollout.evidence import Run
from rollout.judge.digits import telling
from rollout.judge.finding import Case, Finding
from rollout.judge.load_attempts import Attempts, Judged, attempts, least_requests, unproven
from rollout.judge.load_evidence import reached_by
from rollout.judge.load_level import level
from rollout.judge.load_trigger import counted_under, part_of, span
from rollout.judge.verdict import Verdict
from rollout.metrics.builtin import requests_of
from rollout.statistics.trigger import first_bad_mean
from rollout.values import as_number, in_full, some


def judge_mean(case: Case) -> Finding:
    """
    The mean latency of everything that was answered.

    A trigger that fired in any run without faults stays. The newest valid run with enough answers decides on the limit,
    where there is none all valid runs together; runs that were cut short count against the limit and never for it. Only
    the newest run proves, and only with enough answers by itself.
    """
    assert case.criterion.metric is not None
    found = attempts(case, requests_of(case.criterion.metric))
    if window := next((each for judged in found.accusing if (each := triggered(case, found, judged))), None):
        return window
    least = least_requests(case)
    decides = [judged for judged in found.valid if answered_in([judged]) >= least][-1:] or found.valid
    for these in (decides, [*decides, *found.cut_short]):
        if (
            these
            and answered_in(these) >= least
            and (measured := mean_of(case, found, these)).verdict > Verdict.UNPROVEN
        ):
            return measured
    if found.newest_problem:
        return unproven(case, found, found.newest_problem)
    return proof(case, found, found.valid[-1], least)


def proof(case: Case, found: Attempts, newest: Judged, least: int) -> Finding:
    """The finding about the newest run, which breaks nothing: too few answers prove nothing."""
    if not (n := answered_in([newest])):
        return unproven(case, found, "no request of that name was answered")
    measured = mean_of(case, found, [newest])
    if n >= least:
        return measured
    return case.held_back(measured, f"{n} of at least {least} requests were answered", margin="")


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


def triggered(case: Case, found: Attempts, judged: Judged) -> Finding | None:
    """
    The finding about the first window of one run whose mean fired the trigger; None without one.

    Seconds in which a worker had no link or the target got no processor do not count.
    """
    trigger, attempt, reached = case.criterion.trigger, judged.attempt, judged.attempt.reached
    window = first_bad_mean(reached.column("n"), reached.total_ms, trigger.holds) if trigger else None
    if window is None:
        return None
    first, last = (reached.start + at for at in window)
    inside = reached.between(first, last)
    n = int(inside.column("n").sum())
    mean = float(inside.total_ms.sum()) / n
    value = f"{telling(mean, trigger, 1, 'f')} ms"
    when = f"{span(first, last)}{part_of(attempt, last)}"
    names = slowest(judged.attempt.run, requests_of(case.criterion.metric or ""), first, last)
    return case.triggered(
        (f"{value} on average over {n} answers in {when}", some(names)),
        value,
        (float(first), float(last + 1)),
        number=mean,
        n=n,
        n_unit="requests",
        attempts=len(found.all),
        evidence=(attempt.run.path.stem,),
        listed=in_full(names),
    )


def slowest(run: Run, asked: str, first: int, last: int) -> list[str]:
    """Each name answered from second *first* to *last*, slowest first, with its mean: `list 812 ms over 30`."""
    means = []
    for name in counted_under(run, asked):
        inside = reached_by(run, name).between(first, last)
        if n := int(inside.column("n").sum()):
            means.append((float(inside.total_ms.sum()) / n, n, name))
    return [f"{name} {as_number(mean, 3)} ms over {n}" for mean, n, name in sorted(means, reverse=True)]
