"""Latency over time, and the arrivals behind it."""

from collections.abc import Iterator
from math import isfinite

import numpy as np

from reports.plots.frame import Frame
from reports.plots.measured import Budgeted, bin_width, binned
from reports.plots.plot import Plot, Scale, around
from reports.svg import number
from rollout.judge.load_evidence import Attempt, Tally
from rollout.statistics.capital import Floats

SECONDS = "seconds since the load began"


class Rows:
    """An attempt in bins of whole seconds: sums only, so that no request is lost."""

    def __init__(self, attempt: Attempt) -> None:
        whole = attempt.whole
        self.width = bin_width(whole.planned.size)
        self.n, self.failed, self.total, self.dropped, self.total_ms = (
            binned(values, self.width)
            for values in (
                whole.column("n"),
                whole.failed,
                whole.total,
                whole.dropped,
                whole.total_ms,
            )
        )
        self.planned, self.sent = binned(whole.planned, self.width), binned(whole.sent, self.width)
        self.starts = np.arange(self.n.size) * float(self.width)
        self.window = attempt.window.start - whole.start, attempt.window.planned.size

    @property
    def mean_ms(self) -> Floats:
        """Mean latency of each bin; NaN where nothing was answered."""
        mean: Floats = np.divide(self.total_ms, self.n, out=np.full(self.n.size, np.nan), where=self.n > 0)
        return mean

    @property
    def middles(self) -> list[float]:
        return [float(start) + self.width / 2 for start in self.starts]

    def scale(self) -> Scale:
        """The whole run from left to right."""
        return Scale.across(0, float(self.starts[-1]) + self.width)

    def told(self) -> list[str]:
        """Every bin in words."""
        return [
            f"{start:.0f} s: {f'mean {number(mean)} ms' if isfinite(mean) else 'no answer'}, {total:.0f} requests, "
            f"{failed:.0f} failed, {sent:.0f} of {planned:.0f} arrivals"
            for start, mean, total, failed, sent, planned in zip(
                self.starts, self.mean_ms, self.total, self.failed, self.sent, self.planned, strict=True
            )
        ]


def latency(attempt: Attempt, budget: Budgeted | None) -> Plot:
    """Mean latency second by second, with the seconds in which more requests were slow than may be."""
    rows = Rows(attempt)
    mean = rows.mean_ms
    limit = budget.measured.asked.slow_ms if budget else None
    shown = [float(value) for value in mean if isfinite(value)]
    low, high = around([*shown, *([limit] if limit else [])])
    frame = Frame(rows.scale(), Scale.upwards(low, high, log=True), SECONDS, "ms (log scale)")
    unmeasured(frame, rows)
    slow = too_slow(attempt, rows, budget)
    for start in rows.starts[slow]:
        frame.column(start, start + rows.width, "bad")
    for part in unbroken(rows.middles, mean.tolist()):
        frame.line(part, "stroke")
    frame.key("stroke", "mean")
    if budget and limit:
        frame.key("bad", f"{100 * budget.limit:g} % or more slow or failed")
        frame.level(limit, f"limit {budget.subject.finding.limit}")
    frame.hints(rows.middles, rows.told())
    return frame.plot("plot-latency", "Latency over time", latency_words(attempt, rows, budget, int(slow.sum())))


def latency_words(attempt: Attempt, rows: Rows, budget: Budgeted | None, slow: int) -> str:
    """What the picture of latency shows, in numbers of the measured window."""
    window = measured_part(attempt)
    n = int(window.column("n").sum())
    total_ms = float(window.total_ms.sum())
    mean = f"Mean {total_ms / n:.1f} ms over {n:,} answers. " if n else "Nothing was answered. "
    if budget is None:
        return mean.strip()
    each = "seconds" if rows.width == 1 else f"stretches of {rows.width} s"
    return f"{mean}{budget.subject.finding.value}; too many in {slow} of {rows.n.size} {each}."


def measured_part(attempt: Attempt) -> Tally:
    """The measured window; all of a run that never came so far."""
    return attempt.window if attempt.window.planned.size else attempt.whole


def too_slow(attempt: Attempt, rows: Rows, budget: Budgeted | None) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """The bins whose share of slow or failed requests reaches the budget."""
    if budget is None:
        return np.zeros(rows.n.size, dtype=bool)
    bad = binned(budget.measured.asked.bad(attempt.whole), rows.width)
    return (rows.total > 0) & (bad >= budget.limit * rows.total)


def arrivals(attempt: Attempt) -> Plot:
    """Arrivals planned and achieved: a generator that cannot keep up proves nothing."""
    rows = Rows(attempt)
    planned, sent = rows.planned / rows.width, rows.sent / rows.width
    top = max(float(planned.max()), float(sent.max()), 1.0) * 1.15
    frame = Frame(rows.scale(), Scale.upwards(0, top), SECONDS, "arrivals per second")
    unmeasured(frame, rows)
    for start, height in zip(rows.starts, sent, strict=True):
        if height:
            frame.bar(start, start + rows.width, height, "bar")
    steps = [(x, y) for start, y in zip(rows.starts, planned, strict=True) for x in (start, start + rows.width)]
    frame.line([(float(x), float(y)) for x, y in steps], "stroke ink")
    frame.key("bar", "achieved")
    frame.key("stroke ink", "planned")
    frame.hints(rows.middles, rows.told())
    window = measured_part(attempt)
    asked, done = int(window.planned.sum()), int(window.sent.sum())
    share = f" ({100 * done / asked:.1f} %)" if asked else ""
    caption = f"{done:,} of {asked:,} planned arrivals achieved{share}, {int(window.dropped.sum()):,} requests dropped."
    return frame.plot("plot-arrivals", "Planned and achieved arrivals", caption)


def unmeasured(frame: Frame, rows: Rows) -> None:
    """Shade what lies before and after the measured window."""
    first, length = rows.window
    if length:
        end = frame.x.high
        for left, right in ((0.0, float(first)), (float(first + length), end)):
            if right - left >= 1:
                frame.column(left, right, "outside")
        if first >= 1 or end - first - length >= 1:
            frame.key("outside", "not measured")


def unbroken(xs: list[float], ys: list[float]) -> Iterator[list[tuple[float, float]]]:
    """The points in runs that no missing value interrupts; a lone one becomes a short dash."""
    part: list[tuple[float, float]] = []
    for x, y in [*zip(xs, ys, strict=True), (0.0, float("nan"))]:
        if isfinite(y):
            part.append((x, y))
        elif part:
            yield part if len(part) > 1 else [part[0], (part[0][0] + 0.6, part[0][1])]
            part = []
