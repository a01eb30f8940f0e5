"""Samples over time in a limited number of bins, so that a week is drawn as fast as a minute; extremes and gaps stay."""

from itertools import pairwise
from typing import NamedTuple

from reports.charts.budget_counts import MOST_BINS, bin_width

UNITS = ((7200.0, "hours", 3600.0), (300.0, "minutes", 60.0), (0.0, "seconds", 1.0))
GAP = 1.5  # intervals; a longer time between samples is a gap
Span = tuple[float, float]


class Reading(NamedTuple):
    """One sample of a metric, valid for *interval* seconds from *due* on; *value* is None if it is missing."""

    due: float
    interval: float
    value: float | None


class Bin(NamedTuple):
    """Neighbouring samples: from *left* to *right*, and the values among them that are not missing."""

    left: float
    right: float
    values: list[float]
    missing: int
    resumed: bool  # whether there is a gap just before it


class Series:
    """Samples in bins that no gap interrupts; times in *unit* since the first sample."""

    def __init__(self, samples: list[Reading]) -> None:
        length = samples[-1].due - samples[0].due
        self.unit, self.second = next((unit, second) for least, unit, second in UNITS if length >= least)
        self.start, self.end = samples[0].due, samples[-1].due + samples[-1].interval
        gaps = [(a.due + a.interval, b.due) for a, b in pairwise(samples) if b.due - a.due > GAP * a.interval]
        self.gaps = sorted(gaps, key=lambda gap: gap[0] - gap[1])[:MOST_BINS]
        self.bins = [self._bin(group) for group in self._groups(samples)]

    def _groups(self, samples: list[Reading]) -> list[list[Reading]]:
        width, resumed = bin_width(len(samples)), {end for _, end in self.gaps}
        found: list[list[Reading]] = []
        for sample in samples:
            if not found or len(found[-1]) == width or sample.due in resumed:
                found.append([])
            found[-1].append(sample)
        return found

    def _bin(self, group: list[Reading]) -> Bin:
        values = [sample.value for sample in group if sample.value is not None]
        left, right = self.at(group[0].due), self.at(group[-1].due + group[-1].interval)
        resumed = any(group[0].due == end for _, end in self.gaps)
        return Bin(left, right, values, len(group) - len(values), resumed)

    def at(self, moment: float) -> float:
        """*moment* (seconds since the epoch) in *unit* since the first sample."""
        return (moment - self.start) / self.second

    def spans(self, spans: list[Span]) -> list[Span]:
        """*spans* (seconds since the epoch) in *unit* since the first sample."""
        return [(self.at(first), self.at(last)) for first, last in spans]

    def band(self) -> list[tuple[float, float | None, float | None]]:
        """(time, lowest, highest value) of each bin, with None as values at each gap."""
        found: list[tuple[float, float | None, float | None]] = []
        for each in self.bins:
            found += [(each.left, None, None)] if each.resumed else []
            found.append((each.left, min(each.values, default=None), max(each.values, default=None)))
        return found
