"""How the latencies of a run are spread; for the eye, verdicts come from exact counts."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from hdrh.codec import HdrCookieException, HdrHistogramSettingsException, HdrLengthException
from hdrh.histogram import HdrHistogram

from rollout.evidence import Run
from rollout.evidence.records import LoadHistogram
from rollout.statistics.capital import Floats

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
    """The spread of each request name, as the run left it."""
    found = {}
    for record in run.of(LoadHistogram):
        text = record.encoded
        if len(text) > LONGEST_TEXT:
            raise NoHistogram(f"histogram of {record.name!r} is {len(text)} characters long")
        read = decoded(record.name, text)
        places = [index for index, count in enumerate(read.counts) if count]
        ends = [read.get_highest_equivalent_value(read.get_value_from_index(index)) for index in places]
        counts = [float(read.counts[index]) for index in places]
        found[record.name] = Spread(np.array(ends, dtype=np.float64) / 1000, np.array(counts))
    return found


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
