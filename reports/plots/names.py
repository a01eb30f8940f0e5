"""What each request name contributed, the worst first: where to look when a budget was broken."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from reports.plots.histogram import spreads
from reports.plots.measured import Budgeted
from rollout.judge.load_evidence import DROPPED, ERR, TOTAL_MS, Attempt, Matrix, N

MOST_NAMES = 60


@dataclass(frozen=True)
class NameRow:
    """Sums of one request name over the measured window; *p95_ms* is for the eye only."""

    name: str
    requests: int
    failed: int
    slow: int | None
    mean_ms: float | None
    p95_ms: float | None

    @property
    def failed_percent(self) -> float:
        return 100 * self.failed / self.requests if self.requests else 0.0

    @property
    def slow_percent(self) -> float:
        return 100 * (self.slow or 0) / self.requests if self.requests else 0.0


def rows_of(attempt: Attempt, budget: Budgeted | None) -> list[NameRow]:
    """A row for each name of the run; *budget* says from when on a request is slow."""
    limit = budget.measured.asked.slow_ms if budget else None
    column = f"slow_{limit:g}_ms" if limit else ""
    slow_at = attempt.whole.columns.index(column) if column in attempt.whole.columns else None
    by_name = spreads(attempt.run)
    found = []
    for name, sums in summed(attempt).items():
        failed = int(sums[ERR] + sums[DROPPED])
        seen = by_name.get(name)
        found.append(
            NameRow(
                name,
                int(sums[N] + sums[DROPPED]),
                failed,
                failed + int(sums[slow_at]) if slow_at is not None else None,
                float(sums[TOTAL_MS] / sums[N]) if sums[N] else None,
                seen.quantile(95) if seen and seen.ms.size else None,
            )
        )
    worst_first = sorted(found, key=lambda row: (-row.failed_percent, -row.slow_percent, -(row.mean_ms or 0.0)))
    return worst_first[:MOST_NAMES]


def summed(attempt: Attempt) -> dict[str, Matrix]:
    """The columns of each name, added up over the measured window."""
    first, length = attempt.window.start, attempt.window.planned.size or attempt.whole.planned.size
    first = first if attempt.window.planned.size else attempt.whole.start
    sums: dict[str, Matrix] = defaultdict(lambda: np.zeros(len(attempt.whole.columns)))
    for record in attempt.run.of("load-second"):
        if first <= record["second"] < first + length:
            for name, row in record["names"].items():
                sums[name] += np.asarray(row, dtype=np.float64)
    return dict(sums)
