"""The metrics that the engine measures itself: of load runs, of the monitor's own time, and of attestations."""

import re
from dataclasses import replace
from fractions import Fraction

from rollout.metrics.kinds import Metric, MetricKind
from rollout.metrics.of_users import USERS

BUILT_IN = (
    Metric("canary.lost_writes", "acknowledged writes missing or altered", "writes", MetricKind.LOSS, "load"),
    Metric(
        "degradation.slower_percent",
        "p95 slower than the baseline beside it",
        "%",
        MetricKind.COMPARISON,
        "load",
        needs=("baseline_url",),
    ),
    Metric("load.requests_count", "requests measured", "requests", MetricKind.REQUESTS, "load"),
    Metric("window.covered_hours", "monitored without a gap", "h", MetricKind.COVERAGE, "monitor"),
    Metric("exposure.share_percent", "users on the new backend", "%", MetricKind.EXPOSURE, "checks", highest=100),
    Metric("feedback.satisfied_percent", "satisfied answers", "%", MetricKind.SATISFACTION, "people", highest=100),
    Metric("signoff.roles_count", "roles that signed", "roles", MetricKind.SIGNATURES, "people"),
    *USERS,
)
STATISTICS = {
    metric.name: metric
    for metric in (
        Metric("fail_percent", "failed requests", "%", MetricKind.FAIL_SHARE, "load", highest=100),
        Metric("p50_ms", "median latency", "ms", MetricKind.LATENCY, "load"),
        Metric("p95_ms", "95th percentile of latency", "ms", MetricKind.LATENCY, "load"),
        Metric("p99_ms", "99th percentile of latency", "ms", MetricKind.LATENCY, "load"),
        Metric("mean_ms", "mean latency", "ms", MetricKind.MEAN, "load"),
    )
}
OF_QUERY = re.compile(r"prometheus\.(?P<what>[a-z][a-z0-9]*(?:_[a-z0-9]+)*)_(?P<unit>[a-z]+)")
OF_REQUESTS = re.compile(rf"(?P<name>[a-z][a-z0-9.-]*)\.(?P<statistic>{'|'.join(STATISTICS)})")


def of_requests(name: str) -> Metric | None:
    """
    The metric of `<locust name>.<statistic>`, None for any other name.

    `all` stands for every request, the name of a scenario for the requests of its users.
    """
    match = OF_REQUESTS.fullmatch(name)
    return replace(STATISTICS[match["statistic"]], name=name) if match else None


def of_query(name: str) -> Metric | None:
    """
    The metric of `prometheus.<what>_<unit>`, None for any other name: a level from a query of the target.

    Its unit is the last word of its name; the limit in the plan decides which values are better.
    """
    match = OF_QUERY.fullmatch(name)
    if match is None:
        return None
    unit = {"percent": "%"}.get(match["unit"], match["unit"])
    title = f"{match['what'].replace('_', ' ')} as Prometheus knows it"
    return Metric(name, title, unit, MetricKind.GAUGE, "prometheus", better="either")


def requests_of(name: str) -> str:
    """The requests that a load metric is about: `all` of `all.p95_ms`; ValueError for another metric."""
    match = OF_REQUESTS.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not a measurement of requests")
    return match["name"]


def slow_share(name: str) -> Fraction:
    """The share of requests that may be slow under a latency: 1/20 for `all.p95_ms`, 0 for a metric of another kind."""
    statistic = name.rpartition(".")[2]
    metric = STATISTICS.get(statistic)
    latency = metric is not None and metric.kind is MetricKind.LATENCY
    return 1 - Fraction(int(statistic[1:3]), 100) if latency else Fraction(0)
