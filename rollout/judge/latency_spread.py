"""The latency distribution of a run, for display only: verdicts come from exact counts."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from hdrh.codec import HdrCookieException, HdrHistogramSettingsException, HdrLengthException
from hdrh.histogram import HdrHistogram

from rollout.arrays import Floats
from rollout.evidence import Run
from rollout.evidence.records import LoadHistogram

LONGEST_TEXT = 200_000  # of an encoded histogram; what is longer was not written by a load run


class NoHistogram(ValueError):
    """The text of a record is no encoded histogram."""


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


def spreads(run: Run) -> dict[str, Spread]:
    """The spread of each request name, as the run left it; NoHistogram where one cannot be read."""
    return {record.name: spread(record.name, record.encoded) for record in run.of(LoadHistogram)}


@lru_cache(maxsize=256)  # every budget and every scenario of a run asks for the same ones
def spread(name: str, text: str) -> Spread:
    """The spread in an encoded histogram of *name*."""
    if len(text) > LONGEST_TEXT:
        raise NoHistogram(f"histogram of {name!r} is {len(text)} characters long")
    read = decoded(name, text)
    counts = np.array(read.counts, dtype=np.float64)
    places = np.flatnonzero(counts)
    ends = [read.get_highest_equivalent_value(read.get_value_from_index(int(index))) for index in places]
    return Spread(np.array(ends, dtype=np.float64) / 1000, counts[places])


def decoded(name: str, text: str) -> HdrHistogram:
    """The histogram in *text*; NoHistogram if there is none."""
    try:
        return HdrHistogram.decode(text)
    except (ValueError, zlib.error, HdrCookieException, HdrLengthException, HdrHistogramSettingsException) as error:
        raise NoHistogram(f"histogram of {name!r}: {type(error).__name__}: {error}") from error


def together(parts: Iterable[Spread]) -> Spread | None:
    """Several spreads in one; None if they hold nothing."""
    some = [part for part in parts if part.ms.size]
    if not some:
        return None
    ms, where = np.unique(np.concatenate([part.ms for part in some]), return_inverse=True)
    return Spread(ms, np.bincount(where, weights=np.concatenate([part.counts for part in some])).astype(np.float64))
