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
    across = Scale.across(0, (seen[-1].due - seen[0].due + seen[-1].interval_s) / second)
    frame = Frame(across, Scale.upwards(0, top), f"{unit} watched", subject.metric.unit)
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
    """Every failed probe in its place, and the stretches that nobody watched."""
    unit, second = time_unit(seen)
    across = Scale.across(0, (seen[-1].due - seen[0].due + seen[-1].interval_s) / second)
    frame = Frame(across, Scale.upwards(0, 1.25), f"{unit} watched", "answered (1) or not (0)")
    under_load(frame, seen, loads, second)
    start = seen[0].due
    for earlier, later in pairwise(seen):
        if later.due - earlier.due > GAP * earlier.interval_s:
            frame.column((earlier.due + earlier.interval_s - start) / second, (later.due - start) / second, "outside")
    answers = [(slot, slot.value(PROBE)) for slot in seen]
    up = thinned([(slot.due - start, value) for slot, value in answers], lowest=True)
    with_gaps = broken_at_gaps(up, seen)
    for part in unbroken([x / second for x, _ in with_gaps], [float("nan") if y is None else y for _, y in with_gaps]):
        frame.line(part, "stroke")
    for slot, value in answers:
        if value is not None and value < 1:
            at = (slot.due - start) / second
            frame.column(at, at + slot.interval_s / second, "bad")
    frame.key("bad", "failed probe")
    frame.key("outside", "not watched")
    finding = subject.finding
    return frame.plot(f"plot-{subject.criterion.id}", "Probes", f"{finding.value}, limit {finding.limit}: {finding.reason}.")


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


def thinned(points: list[tuple[float, float | None]], lowest: bool = False) -> list[tuple[float, float | None]]:
    """At most so many points that each has its pixel; of several, the one that decides stays."""
    width = -(-len(points) // MOST_POINTS)
    chosen = []
    for start in range(0, len(points), width):
        some = points[start : start + width]
        there = [point for point in some if point[1] is not None]
        pick = min if lowest else max
        chosen.append(pick(there, key=lambda point: point[1] or 0.0) if there else some[0])
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
