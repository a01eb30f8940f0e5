"""Judge a few seconds at one rate by the budgets of the phase, as a search for the highest rate needs it."""

from collections.abc import Iterable, Iterator

from rollout.evidence.row import Row
from rollout.judge.finding import Case
from rollout.judge.load_evidence import ALL
from rollout.judge.request_budget import budget
from rollout.metrics import Metric, MetricKind
from rollout.metrics.builtin import of_requests, requests_of
from rollout.plan import Limit


def broken_budgets(cases: Iterable[Case], row: Row, slow_ms: tuple[float, ...], n: int, failed: int) -> Iterator[Case]:
    """The cases about all requests whose limit does not hold for *n* requests, of which *failed* ones failed."""
    for case, limit, metric in over_all(cases):
        if metric.kind is MetricKind.MEAN:
            kept = limit.holds(round(row.total_ms / max(row.n, 1), 2))
        else:
            asked = budget(limit, metric)
            slow = 0 if asked.slow_ms is None else row.slow[slow_ms.index(asked.slow_ms)]
            kept = asked.kept(failed + slow, n)
        if not kept:
            yield case


def published_mean_ms(cases: Iterable[Case]) -> float | None:
    """The plan's limit of the mean latency; None where the plan has none."""
    means = [limit.value for _, limit, metric in over_all(cases) if metric.kind is MetricKind.MEAN]
    return means[0] if means else None


def over_all(cases: Iterable[Case]) -> Iterator[tuple[Case, Limit, Metric]]:
    """The cases with a limit on every request together."""
    for case in cases:
        metric, limit = of_requests(case.criterion.metric or ""), case.criterion.limit
        if metric is not None and limit is not None and requests_of(metric.name) == ALL:
            yield case, limit, metric
