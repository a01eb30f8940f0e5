"""Judge a share of bad requests: failed ones, or those slower than a latency limit."""

from rollout.judge.finding import Case, Finding
from rollout.judge.load_attempts import attempts, unproven
from rollout.judge.load_share import Measured
from rollout.judge.load_trigger import LoadAlarm, excused, fired
from rollout.judge.request_budget import budget
from rollout.metrics.builtin import requests_of
from rollout.values import in_full


def judge_share(case: Case) -> Finding:
    """The verdict about failed or slow requests."""
    criterion = case.criterion
    assert criterion.metric is not None
    assert criterion.limit is not None
    asked = budget(criterion.limit, criterion.measured)
    name = requests_of(criterion.metric)
    found = attempts(case, name, asked.slow_ms)
    if not found.all:
        return unproven(case, found, "no load has run")
    trigger = budget(criterion.trigger, criterion.measured) if criterion.trigger else None
    slow_ms = trigger.slow_ms if trigger else asked.slow_ms
    watched = found if slow_ms == asked.slow_ms else attempts(case, name, slow_ms)
    if window := fired(watched, name, trigger):
        return triggered(case, window, len(found.all))
    verdict = Measured(case, found, asked).verdict()
    why = excused(watched, name, trigger)
    return verdict.model_copy(update={"reason": f"{verdict.reason}; {why}"}) if why else verdict


def triggered(case: Case, window: LoadAlarm, attempts: int) -> Finding:
    """The finding about the window that fired: its own numbers, not those of the whole run."""
    alarm, percent = window.alarm, 100 * window.alarm.share
    return case.triggered(
        window.text(),
        f"{window.limit.percent(alarm.bad, alarm.total)} % {window.deed} ({alarm.bad} of {alarm.total} in {window.when})",
        (float(window.first), float(window.last + 1)),
        number=percent if window.limit.slow_ms is None else None,
        n=alarm.total,
        n_unit="requests",
        attempts=attempts,
        evidence=(window.judged.attempt.run.path.stem,),
        listed=in_full(window.names()),
    )
