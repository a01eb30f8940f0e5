"""How the latencies of a run are spread; for the eye, verdicts come from exact counts."""

from dataclasses import dataclass

import numpy as np
from hdrh.histogram import HdrHistogram

from reports.plots.frame import Frame
from reports.plots.plot import Plot, Scale
from reports.svg import number
from rollout.evidence import Run
from rollout.statistics.capital import Floats

BINS = 48
QUANTILES = (50, 95, 99)
LONGEST_TEXT = 200_000  # of an encoded histogram; what is longer was not written by a load run


@dataclass(frozen=True)
class Spread:
    """Latencies in ms, ascending, and how many answers took that long."""

    ms: Floats
    counts: Floats

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    def quantile(self, percent: float) -> float:
        """The latency that *percent* of the answers did not exceed."""
        rank = np.ceil(percent / 100 * self.counts.sum())
        return float(self.ms[np.searchsorted(np.cumsum(self.counts), rank)])


def spread(run: Run) -> Spread | None:
    """All histograms of the run in one; None if it left none or they hold nothing."""
    merged: dict[float, float] = {}
    for record in run.of("load-histogram"):
        text = str(record["encoded"])
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"histogram of {record['name']!r} is {len(text)} characters long")
        for item in HdrHistogram.decode(text).get_recorded_iterator():
            ms = item.value_iterated_to / 1000
            merged[ms] = merged.get(ms, 0.0) + item.count_added_in_this_iter_step
    if not merged:
        return None
    return Spread(np.array(sorted(merged)), np.array([merged[ms] for ms in sorted(merged)]))


def histogram(found: Spread, limit: tuple[float, str] | None) -> Plot:
    """Answers by latency, with three quantiles and the *limit* in ms and in words."""
    low, high = float(found.ms[0]) * 0.8, max(float(found.ms[-1]), limit[0] if limit else 0.0) * 1.3
    edges = np.geomspace(low, high, BINS + 1)
    heights = np.histogram(found.ms, bins=edges, weights=found.counts)[0]
    across = Scale.across(low, high, log=True)
    frame = Frame(across, Scale.upwards(0, float(heights.max()) * 1.2), "ms (log scale)", "answers")
    bins = [(float(a), float(b), float(h)) for a, b, h in zip(edges, edges[1:], heights, strict=False)]
    for left, right, height in bins:
        if height:
            frame.bar(left, right, height, "bar")
    quantiles = {percent: found.quantile(percent) for percent in QUANTILES}
    for row, (percent, value) in enumerate(quantiles.items()):
        frame.moment(value, f"p{percent} {number(value)}", row, "quantile")
    if limit:
        frame.moment(*limit, row=len(QUANTILES))
    frame.hints([(a * b) ** 0.5 for a, b, _ in bins], [f"{number(a)} to {number(b)} ms: {h:.0f} answers" for a, b, h in bins])
    said = ", ".join(f"p{percent} {number(value)} ms" for percent, value in quantiles.items())
    caption = f"{said}, longest {number(float(found.ms[-1]))} ms, of {found.total:,} answers."
    return frame.plot("plot-histogram", "Latency histogram", caption)
