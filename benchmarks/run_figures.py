"""Read the figures of a generator from its journal or its statistics."""

import csv
from dataclasses import dataclass
from pathlib import Path

from hdrh.histogram import HdrHistogram

from rollout.evidence import Run
from rollout.evidence.reader import read_run
from rollout.evidence.records import LoadHistogram, LoadSecond, LoadWindow


@dataclass(frozen=True)
class Said:
    """The number of answered requests, and latencies in milliseconds."""

    n: int
    p50: float
    p95: float
    p99: float


def journal(folder: Path) -> Run:
    """The one load journal in *folder*."""
    (path,) = folder.glob("*-load-*.jsonl")
    return read_run(path)


def by_us(run: Run) -> Said:
    """The figures of our display histogram."""
    (record,) = run.of(LoadHistogram)
    histogram = HdrHistogram.decode(record.encoded)
    p50, p95, p99 = (histogram.get_value_at_percentile(share) / 1000 for share in (50, 95, 99))
    return Said(histogram.get_total_count(), p50, p95, p99)


def by_locust(out: Path) -> Said:
    """Locust's own statistics."""
    with Path(f"{out}_stats.csv").open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["Name"] == "Aggregated")
    return Said(int(row["Request Count"]), float(row["50%"]), float(row["95%"]), float(row["99%"]))


def answered_per_second(run: Run) -> float:
    """Answered requests per second of the measured window."""
    window = next(run.of(LoadWindow))
    last = window.first if window.last is None else window.last
    rows = [
        row for record in run.of(LoadSecond) if window.first <= record.second <= last for row in record.rows().values()
    ]
    return float(sum(row.n for row in rows) / (last - window.first + 1))


def stall_truth(run: Run, began: float, every_s: float, for_s: float, latency_ms: float) -> tuple[float, float]:
    """
    The true p95 and p99 of arrivals at a stalling server, computed from their due times, not from measurements.

    Arrivals within a second count as evenly spread.
    """
    latencies: list[tuple[float, float]] = []
    for record in run.of(LoadSecond):
        due = sum(row.due for row in record.rows().values())
        for part in range(100):
            into = (record.second + part / 100 - began) % every_s
            stalled = max(0.0, into - (every_s - for_s)) and every_s - into
            latencies.append((latency_ms + 1000 * stalled, due / 100))
    return weighted(latencies, 0.95), weighted(latencies, 0.99)


def weighted(values: list[tuple[float, float]], share: float) -> float:
    """A quantile of values with weights."""
    rank, seen = share * sum(weight for _, weight in values), 0.0
    for value, weight in sorted(values):
        seen += weight
        if seen >= rank:
            return value
    return values[-1][0]
