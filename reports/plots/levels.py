"""What the monitor sampled: levels against budget and trigger, and the probes that failed."""

from itertools import pairwise

from reports.plots.frame import Frame
from reports.plots.latency import unbroken
from reports.plots.plot import Plot, Scale
from reports.plots.subject import Subject
from reports.svg import number
from rollout.judge.metric import PROBE, level
from rollout.judge.slots import Slot, latest_window, slots_of

MOST_POINTS = 240
UNITS = ((7200.0, "hours", 3600.0), (300.0, "minutes", 60.0), (0.0, "seconds", 1.0))
GAP = 1.5  # of an interval: what is longer was not watched
Span = tuple[float, float]


def slots(subject: Subject) -> list[Slot]:
    """The samples that the judge looked at."""
    return latest_window(subject.case, slots_of(subject.case))


def gauge_over_time(subject: Subject, seen: list[Slot], loads: list[Span]) -> Plot:
    """One level over the window; the stretches in *loads* were under load."""
    unit, second = time_unit(seen)
    finding, limit, trigger = subject.finding, subject.criterion.limit, subject.criterion.trigger
    levels = [bound.value for bound in (limit, trigger) if bound]
    points = thinned([(slot.due - seen[0].due, level(subject.case, slot)) for slot in seen])
    top = max([value for _, value in points if value is not None] + levels + [1.0]) * 1.2
    frame = Frame(whole_window(seen, second), Scale.upwards(0, top), f"{unit} watched", subject.metric.unit)
    under_load(frame, seen, loads, second)
    with_gaps = broken_at_gaps(points, seen)
    for part in unbroken([x / second for x, _ in with_gaps], [float("nan") if y is None else y for _, y in with_gaps]):
        frame.line(part, "stroke")
    frame.key("stroke", "peak of each interval" if len(seen) > MOST_POINTS else "sample")
    if limit:
        frame.level(limit.value, f"limit {finding.limit}")
    if trigger:
        frame.level(trigger.value, f"rollback {finding.trigger}", "trigger")
    frame.hints([x / second for x, _ in points], [hint(x / second, unit, y, subject.metric.unit) for x, y in points])
    missing = sum(level(subject.case, slot) is None for slot in seen)
    gone = f"; {missing} of {len(seen)} samples are missing" if missing else ""
    title = subject.metric.title[:1].upper() + subject.metric.title[1:]
    return frame.plot(f"plot-{subject.criterion.id}", title, f"{finding.value}, limit {finding.limit}{gone}.")


def probes(subject: Subject, seen: list[Slot], loads: list[Span]) -> Plot:
    """The share of probes that were answered, and the stretches that nobody watched."""
    unit, second = time_unit(seen)
    start, finding = seen[0].due, subject.finding
    frame = Frame(whole_window(seen, second), Scale.upwards(0, 110), f"{unit} watched", "% of probes answered")
    under_load(frame, seen, loads, second)
    gaps = [(a.due + a.interval_s, b.due) for a, b in pairwise(seen) if b.due - a.due > GAP * a.interval_s]
    for left, right in gaps:
        frame.column((left - start) / second, (right - start) / second, "outside")
    for some in groups(seen):
        answers = [value for slot in some if (value := slot.value(PROBE)) is not None]
        left, right = (some[0].due - start) / second, (some[-1].due + some[-1].interval_s - start) / second
        good = sum(value >= 1 for value in answers)
        if good < len(answers):
            frame.column(left, right, "bad")
        if good:
            frame.bar(left, right, 100 * good / len(answers), "bar")
    frame.key("bar", "answered")
    frame.key("bad", "some failed")
    if gaps:
        frame.key("outside", "not watched")
    heading = f"{subject.metric.title[:1].upper()}{subject.metric.title[1:]}"
    return frame.plot(
        f"plot-{subject.criterion.id}", heading, f"{finding.value}, limit {finding.limit}: {finding.reason}."
    )


def groups(seen: list[Slot]) -> list[list[Slot]]:
    """Neighbouring slots together, so that each group has its pixels."""
    width = -(-len(seen) // MOST_POINTS)
    return [seen[start : start + width] for start in range(0, len(seen), width)]


def whole_window(seen: list[Slot], second: float) -> Scale:
    """From the first sample to the end of the last, in units of so many seconds."""
    return Scale.across(0, (seen[-1].due - seen[0].due + seen[-1].interval_s) / second)


def time_unit(seen: list[Slot]) -> tuple[str, float]:
    """The unit in which people speak of such a stretch, and its length in seconds."""
    length = seen[-1].due - seen[0].due
    return next((unit, second) for least, unit, second in UNITS if length >= least)


def under_load(frame: Frame, seen: list[Slot], loads: list[Span], second: float) -> None:
    """Shade the time under load."""
    inside = [((first - seen[0].due) / second, (last - seen[0].due) / second) for first, last in loads]
    inside = [(max(first, 0.0), min(last, frame.x.high)) for first, last in inside if last > 0 and first < frame.x.high]
    for first, last in inside:
        frame.column(first, last, "load")
    if inside:
        frame.key("load", "under load")


def thinned(points: list[tuple[float, float | None]]) -> list[tuple[float, float | None]]:
    """At most so many points that each has its pixel; of several, the highest stays: the peak decides."""
    width = -(-len(points) // MOST_POINTS)
    chosen = []
    for start in range(0, len(points), width):
        some = points[start : start + width]
        there = [point for point in some if point[1] is not None]
        chosen.append(max(there, key=lambda point: point[1] or 0.0) if there else some[0])
    return chosen


def broken_at_gaps(points: list[tuple[float, float | None]], seen: list[Slot]) -> list[tuple[float, float | None]]:
    """The points with a hole wherever nobody watched, so that no line is drawn across it."""
    width = -(-len(seen) // MOST_POINTS)
    longest = GAP * width * max(slot.interval_s for slot in seen) + 1e-9
    found: list[tuple[float, float | None]] = []
    for point in points:
        if found and point[0] - found[-1][0] > longest * (2 if width > 1 else 1):
            found.append((found[-1][0], None))
        found.append(point)
    return found


def hint(at: float, unit: str, value: float | None, measured_in: str) -> str:
    """One sample in words."""
    return f"{at:.4g} {unit}: {'no valid sample' if value is None else f'{number(value)} {measured_in}'}"
