"""The run in which a trigger fired, ramp included, with the window that fired marked."""

from math import isfinite

from reports.charts.budget_counts import Budgeted, binned
from reports.charts.chart import Axis, Chart, Plot
from reports.charts.load import SECONDS, Rows, unmeasured
from reports.charts.subject import Subject
from rollout.judge.load_evidence import attempt
from rollout.judge.load_trigger import LoadAlarm, fired
from rollout.judge.request_budget import budget as share_budget
from rollout.judge.verdict import Verdict


def fired_in(budget: Budgeted) -> LoadAlarm | None:
    """The window that the judge quotes; None if the finding is not TRIGGERED."""
    subject = budget.subject
    if subject.finding.verdict is not Verdict.TRIGGERED or subject.criterion.trigger is None:
        return None
    return fired(budget.found, subject.name, share_budget(subject.criterion.trigger, subject.metric))


def window_that_fired(budget: Budgeted, window: LoadAlarm) -> Plot:
    """The share of bad requests from the first second of the run on, against the trigger."""
    rows = Rows(window.judged.attempt)
    shares = shares_of(window, rows)
    trigger = 100 * float(window.limit.share)
    top = max([share for _, _, share in shares] + [trigger]) * 1.25
    chart = Chart(Axis(SECONDS, 0, rows.axis().high), Axis(f"% {deed(window)}", 0, min(top, 125)))
    unmeasured(chart, rows)
    chart.columns([(float(window.alarm.start), float(window.alarm.end + 1))], "fired", "the window that fired")
    chart.bars(shares, "bad", "at that moment")
    chart.levels((trigger, f"rollback {budget.subject.finding.trigger}", "trigger"))
    chart.hints(rows.middles, rows.told())
    name = budget.subject.criterion.id
    return chart.plot(f"plot-fired-{name}", f"Why {name} is TRIGGERED", f"{budget.subject.finding.reason}.")


def mean_that_fired(subject: Subject) -> Plot | None:
    """The mean latency from the first second of the run on, against the trigger; None if it did not fire."""
    fired, trigger = subject.finding.fired, subject.criterion.trigger
    run = next((run for run in subject.case.by("load") if run.path.stem in subject.finding.evidence), None)
    if fired is None or trigger is None or run is None:
        return None
    rows = Rows(run.once(attempt))
    shown = [(start, mean) for start, mean in zip(rows.middles, rows.mean_ms.tolist(), strict=True) if isfinite(mean)]
    top = max([mean for _, mean in shown] + [trigger.value]) * 1.25
    chart = Chart(Axis(SECONDS, 0, rows.axis().high), Axis("mean, ms", 0, top))
    unmeasured(chart, rows)
    begun = run.once(attempt).whole.start
    chart.columns([(fired[0] - begun, fired[1] - begun)], "fired", "the window that fired")
    chart.line(shown, "stroke", "mean")
    chart.levels((trigger.value, f"rollback {subject.finding.trigger}", "trigger"))
    chart.hints(rows.middles, rows.told())
    name = subject.criterion.id
    return chart.plot(f"plot-fired-{name}", f"Why {name} is TRIGGERED", f"{subject.finding.reason}.")


def shares_of(window: LoadAlarm, rows: Rows) -> list[tuple[float, float, float]]:
    """(begin, end, share of bad requests) for every bin with bad requests, in seconds and percent."""
    bad = binned(window.limit.bad(window.judged.attempt.whole), rows.width)
    return [
        (left, right, 100 * float(some / total))
        for (left, right), some, total in zip(rows.edges(), bad, rows.total, strict=True)
        if some
    ]


def deed(window: LoadAlarm) -> str:
    """The kind of bad requests in one word, for an axis."""
    return "failed" if window.limit.slow_ms is None else "slow or failed"
