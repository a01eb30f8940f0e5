"""The counts of each request name, the worst first, to find the cause of a broken budget."""

from dataclasses import dataclass

from reports.charts.budget_counts import Budgeted
from rollout.evidence.row import FIXED, Row, slow_column
from rollout.judge.latency_spread import spreads
from rollout.judge.load_evidence import Attempt


@dataclass(frozen=True)
class NameRow:
    """Sums of one request name over the measured window; *p95_ms* is for display, no verdict uses it."""

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
    """A row for each request name of the run; a request slower than the limit of *budget* counts as slow."""
    limit = budget.measured.asked.slow_ms if budget else None
    counted = attempt.run.started.columns
    slow_at = counted.index(slow_column(limit)) - len(FIXED) if limit and slow_column(limit) in counted else None
    by_name = spreads(attempt.run)
    found = []
    for name, sums in summed(attempt).items():
        seen = by_name.get(name)
        found.append(
            NameRow(
                name,
                sums.total,
                sums.failed,
                sums.failed + sums.slow[slow_at] if slow_at is not None else None,
                sums.total_ms / sums.n if sums.n else None,
                seen.quantile(95) if seen and seen.ms.size else None,
            )
        )
    return sorted(found, key=lambda row: (-row.failed_percent, -row.slow_percent, -(row.mean_ms or 0.0)))


def summed(attempt: Attempt) -> dict[str, Row]:
    """The counts of each name, added up over the measured window."""
    part = attempt.window if attempt.window.planned.size else attempt.whole
    return attempt.run.seconds.by_name(part.start, part.start + part.planned.size - 1)
