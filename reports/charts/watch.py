"""Plots of the monitor's samples: gauges with limit and trigger, and the failed probes."""

from reports.charts.chart import Axis, Chart, Plot
from reports.charts.series import Bin, Reading, Series, Span
from reports.charts.subject import Subject, bounds
from reports.text import number
from rollout.judge.sample_round import SampleRound, levels
from rollout.judge.slots import slots_of
from rollout.judge.watched_time import latest_window


def slots(subject: Subject) -> list[SampleRound]:
    """The sample rounds that the judge evaluated: all of them where a trigger fired, which may be long ago."""
    every = slots_of(subject.case)
    return every if subject.finding.fired else latest_window(subject.case, every)


def gauge_over_time(subject: Subject, seen: list[SampleRound], loads: list[Span]) -> Plot:
    """One gauge over the window; the stretches in *loads* were under load."""
    numbers = levels(subject.case, seen)
    samples = [Reading(slot.due, slot.interval_s, number) for slot, number in zip(seen, numbers, strict=True)]
    series, marks, unit = Series(samples), bounds(subject), subject.metric.unit
    highest = [sample.value for sample in samples if sample.value is not None] + [value for value, _, _ in marks]
    chart = watched(series, subject, loads, unit, max([*highest, 1.0]) * 1.2)
    many = len(series.bins) < len(samples)
    if many:
        chart.area(series.band(), "lowest to highest")
    chart.line([(x, high) for x, _, high in series.band()], "stroke", "peak of each interval" if many else "sample")
    chart.levels(*marks)
    chart.hints([each.left for each in series.bins], [hint(each, series.unit, unit) for each in series.bins])
    missing = sum(sample.value is None for sample in samples)
    gone = f"; {missing} of {len(seen)} samples are missing" if missing else ""
    return finished(chart, subject, f"{subject.finding.value}, limit {subject.finding.limit}{gone}.")


def probes(subject: Subject, seen: list[SampleRound], loads: list[Span]) -> Plot:
    """The share of answered probes, and the times without samples."""
    series = Series([Reading(slot.due, slot.interval_s, slot.numbers.get(subject.metric.sampled)) for slot in seen])
    chart = watched(series, subject, loads, "% of probes answered", 110)
    good = [(each, sum(value >= 1 for value in each.values)) for each in series.bins]
    chart.columns([each[:2] for each, some in good if some < len(each.values)], "bad", "some failed")
    bars = [(each.left, each.right, 100 * some / len(each.values)) for each, some in good if some]
    chart.bars(bars, "bar", "answered")
    finding = subject.finding
    return finished(chart, subject, f"{finding.value}, limit {finding.limit}: {finding.reason}.")


def users_failed(subject: Subject, seen: list[SampleRound], loads: list[Span]) -> Plot | None:
    """The share of users' requests that failed; None where nobody counted them."""
    counts = [slot.requests(subject.metric.sampled) for slot in seen]
    shares = [100 * each.failed / each.n if each and each.n else None for each in counts]
    if not any(counts):
        return None
    readings = (Reading(slot.due, slot.interval_s, share) for slot, share in zip(seen, shares, strict=True))
    series, marks = Series(list(readings)), bounds(subject)
    highest = max([share or 0.0 for share in shares] + [value for value, _, _ in marks])
    chart = watched(series, subject, loads, "% of users' requests failed", min(highest * 1.2, 110))
    chart.bars([(each.left, each.right, max(each.values)) for each in series.bins if any(each.values)], "bad", "failed")
    chart.levels(*marks)
    chart.hints([each.left for each in series.bins], [hint(each, series.unit, "% failed") for each in series.bins])
    return finished(
        chart, subject, f"{subject.finding.value}, limit {subject.finding.limit}: {subject.finding.reason}."
    )


def watched(series: Series, subject: Subject, loads: list[Span], y_title: str, top: float) -> Chart:
    """
    An empty chart over the whole window; the time under load and the time without samples are shaded, and the window
    in which a trigger fired.
    """
    chart = Chart(Axis(f"{series.unit} watched", 0, series.at(series.end)), Axis(y_title, 0, top))
    chart.columns(series.spans(loads), "load", "under load")
    chart.columns(sorted(series.spans(series.gaps)), "outside", "not watched")
    if subject.finding.fired:
        chart.columns(series.spans([subject.finding.fired]), "fired", "the window that fired")
    return chart


def finished(chart: Chart, subject: Subject, caption: str) -> Plot:
    """The plot of a chart, with the metric's title."""
    title = subject.metric.title
    return chart.plot(f"plot-{subject.criterion.id}", f"{title[:1].upper()}{title[1:]}", caption)


def hint(each: Bin, unit: str, measured_in: str) -> str:
    """One bin in words, its peak first."""
    if not each.values:
        return f"{each.left:.4g} {unit}: no valid sample"
    low, high = min(each.values), max(each.values)
    return f"{each.left:.4g} {unit}: {number(high)} {measured_in}{f', lowest {number(low)}' if low < high else ''}"
