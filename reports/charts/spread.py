"""The histogram of latencies."""

import numpy as np

from reports.charts.chart import Axis, Chart, Plot
from reports.text import number
from rollout.judge.latency_spread import Spread

BINS = 48
QUANTILES = (50, 95, 99)


def histogram(found: Spread, limit: tuple[float, str] | None) -> Plot:
    """Answers by latency, with three quantiles and the *limit* in ms and in words."""
    low, high = float(found.ms[0]) * 0.8, max(float(found.ms[-1]), limit[0] if limit else 0.0) * 1.3
    edges = np.geomspace(low, high, BINS + 1)
    heights = np.histogram(found.ms, bins=edges, weights=found.counts)[0]
    chart = Chart(Axis("ms (log scale)", low, high, log=True), Axis("answers", 0, float(heights.max()) * 1.2))
    bins = list(zip(edges[:-1].tolist(), edges[1:].tolist(), heights.tolist(), strict=True))
    chart.bars([each for each in bins if each[2]], "bar", "answers")
    quantiles = {percent: found.quantile(percent) for percent in QUANTILES}
    for row, (percent, value) in enumerate(quantiles.items()):
        chart.moment(value, f"p{percent}", row, "quantile")
    if limit:
        chart.moment(*limit, row=len(QUANTILES), style="limit")
    told = [f"{number(a)} to {number(b)} ms: {h:.0f} answers" for a, b, h in bins]
    chart.hints([(a * b) ** 0.5 for a, b, _ in bins], told)
    said = ", ".join(f"p{percent} {number(value)} ms" for percent, value in quantiles.items())
    caption = f"{said}, longest {number(float(found.ms[-1]))} ms, of all {found.total:,} answers, the ramp included."
    return chart.plot("plot-histogram", "Latency histogram", caption)
