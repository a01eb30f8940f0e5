"""Plots of latency and of arrivals over time."""

from math import isfinite

import numpy as np
import numpy.typing as npt

from reports.charts.budget_counts import Budgeted, bin_width, binned, extremes
from reports.charts.chart import Axis, Chart, Plot, around
from reports.text import number
from rollout.arrays import Floats
from rollout.judge.load_evidence import Attempt, Tally

SECONDS = "seconds since the load began"


class Rows:
    """The sums of an attempt in bins of whole seconds, every request included."""

    def __init__(self, attempt: Attempt) -> None:
        whole = attempt.whole
        self.width = bin_width(whole.planned.size)
        n, total_ms = whole.column("n").astype(np.float64), whole.total_ms
        each = (n, whole.failed, whole.total, total_ms, whole.planned, whole.sent)
        self.n, self.failed, self.total, self.total_ms, self.planned, self.sent = (binned(a, self.width) for a in each)
        self.mean_ms = ratio(self.total_ms, self.n)
        self.extremes_ms = extremes(ratio(total_ms, n), self.width)
        self.starts = np.arange(self.n.size) * float(self.width)
        self.window = attempt.window.start - whole.start, attempt.window.planned.size

    @property
    def middles(self) -> list[float]:
        return [float(start) + self.width / 2 for start in self.starts]

    def axis(self) -> Axis:
        """The axis of the whole run."""
        return Axis(SECONDS, 0, float(self.starts[-1]) + self.width)

    def edges(self, which: npt.NDArray[np.bool_] | slice = slice(None)) -> list[tuple[float, float]]:
        """The first and last second of the bins selected by *which*."""
        return [(float(start), float(start) + self.width) for start in self.starts[which]]

    def told(self) -> list[str]:
        """The text of each bin, for its tooltip."""
        return [
            f"{start:.0f} s: {f'mean {number(mean)} ms' if isfinite(mean) else 'no answer'}, {total:.0f} requests, "
            f"{failed:.0f} failed, {sent:.0f} of {planned:.0f} arrivals"
            for start, mean, total, failed, sent, planned in zip(
                self.starts, self.mean_ms, self.total, self.failed, self.sent, self.planned, strict=True
            )
        ]


def ratio(above: Floats, below: Floats) -> Floats:
    """One array divided by the other; NaN where the divisor is 0."""
    found: Floats = np.divide(above, below, out=np.full(below.size, np.nan), where=below > 0)
    return found


def latency(attempt: Attempt, budget: Budgeted | None) -> Plot:
    """The plot of the mean latency, with marks at the seconds in which too many requests were slow."""
    rows = Rows(attempt)
    limit = budget.measured.asked.slow_ms if budget else None
    lowest, highest = rows.extremes_ms
    shown = [*lowest[np.isfinite(lowest)].tolist(), *highest[np.isfinite(highest)].tolist()]
    chart = Chart(rows.axis(), Axis("ms (log scale)", *around([*shown, *([limit] if limit else [])]), log=True))
    unmeasured(chart, rows)
    slow = too_slow(attempt, rows, budget)
    if budget and limit:
        chart.columns(rows.edges(slow), "bad", f"{100 * budget.limit:g} % or more slow or failed")
    if rows.width > 1:
        band = zip(rows.middles, values(lowest), values(highest), strict=True)
        chart.area(band, "fastest to slowest second")
    chart.line(zip(rows.middles, values(rows.mean_ms), strict=True), "stroke", "mean")
    if budget and limit:
        chart.levels((limit, f"limit {budget.subject.finding.limit}", "limit"))
    chart.hints(rows.middles, rows.told())
    return chart.plot("plot-latency", "Latency over time", latency_words(attempt, rows, budget, int(slow.sum())))


def latency_words(attempt: Attempt, rows: Rows, budget: Budgeted | None, slow: int) -> str:
    """The caption of the plot of latency, with numbers of the measured window."""
    window = measured_part(attempt)
    n = int(window.column("n").sum())
    total_ms = float(window.total_ms.sum())
    mean = f"Mean {total_ms / n:.1f} ms over {n:,} answers. " if n else "Nothing was answered. "
    if budget is None:
        return mean.strip()
    each = "seconds" if rows.width == 1 else f"stretches of {rows.width} s"
    return f"{mean}{budget.subject.finding.value}; too many in {slow} of {rows.n.size} {each}."


def measured_part(attempt: Attempt) -> Tally:
    """The measured window; the whole run if it never reached its window."""
    return attempt.window if attempt.window.planned.size else attempt.whole


def too_slow(attempt: Attempt, rows: Rows, budget: Budgeted | None) -> npt.NDArray[np.bool_]:
    """The bins whose share of slow or failed requests reaches the budget."""
    if budget is None:
        return np.zeros(rows.n.size, dtype=bool)
    bad = binned(budget.measured.asked.bad(attempt.whole), rows.width)
    return (rows.total > 0) & (bad >= budget.limit * rows.total)


def arrivals(attempt: Attempt) -> Plot:
    """The plot of planned and sent arrivals: a generator that cannot keep up proves nothing."""
    rows = Rows(attempt)
    planned, sent = (rows.planned / rows.width).tolist(), (rows.sent / rows.width).tolist()
    chart = Chart(rows.axis(), Axis("arrivals per second", 0, max(*planned, *sent, 1.0) * 1.15))
    unmeasured(chart, rows)
    bars = [(left, right, height) for (left, right), height in zip(rows.edges(), sent, strict=True) if height]
    chart.bars(bars, "bar", "achieved")
    steps = [(x, y) for edges, y in zip(rows.edges(), planned, strict=True) for x in edges]
    chart.line(steps, "ink", "planned")
    chart.hints(rows.middles, rows.told())
    window = measured_part(attempt)
    asked, done = int(window.planned.sum()), int(window.sent.sum())
    share = f" ({100 * done / asked:.1f} %)" if asked else ""
    caption = f"{done:,} of {asked:,} planned arrivals achieved{share}, {int(window.dropped.sum()):,} requests dropped."
    return chart.plot("plot-arrivals", "Planned and achieved arrivals", caption)


def unmeasured(chart: Chart, rows: Rows) -> None:
    """Shade the time before and after the measured window."""
    first, length = rows.window
    sides = [(0.0, float(first)), (float(first + length), chart.x.high)] if length else []
    chart.columns([(left, right) for left, right in sides if right - left >= 1], "outside", "not measured")


def values(array: Floats) -> list[float | None]:
    """The numbers of *array*, None where there is none."""
    return [value if isfinite(value) else None for value in array.tolist()]
