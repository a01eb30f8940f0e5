"""A budget of bad requests: failed ones, or those slower than a latency limit."""

from collections.abc import Sequence
from dataclasses import dataclass

from rollout.arrays import Counts
from rollout.judge.load_attempts import Judged
from rollout.judge.load_evidence import Tally
from rollout.judge.share_budget import ShareBudget, share_of
from rollout.metrics import Metric, MetricKind
from rollout.metrics.builtin import slow_share
from rollout.plan import Limit


@dataclass(frozen=True)
class Budget(ShareBudget):
    """
    The share of requests that may be bad.

    *slow_ms* is None for failed requests; else those at least that slow are bad, failed ones included.
    """

    slow_ms: float | None

    def bad(self, tally: Tally) -> Counts:
        """The bad requests of each second."""
        return tally.failed if self.slow_ms is None else tally.slow(self.slow_ms)

    def counted(self, attempts: Sequence[Judged]) -> tuple[int, int]:
        """How many requests were bad in the measured windows of some attempts, and how many there were."""
        windows = [judged.attempt.window for judged in attempts]
        return sum(int(self.bad(window).sum()) for window in windows), sum(int(each.total.sum()) for each in windows)


def budget(limit: Limit, measured: Metric) -> Budget:
    """A limit of the plan as a share: `< 1 %` failed, or `p95 < 500 ms` as fewer than 5 % slower than that."""
    if measured.kind is MetricKind.FAIL_SHARE:
        if limit.op not in ("<", "<=", ">", ">="):
            raise ValueError(f"limit {limit} on a share of failures: write it with < or >")
        return Budget(share_of(limit.value), limit.op in ("<", ">="), None)
    return Budget(slow_share(measured.name), True, limit.value)
