"""The measurements a criterion may be about: their unit, what values they can take and who measures them."""

import re
from dataclasses import dataclass
from math import inf
from typing import Literal

Kind = Literal["share", "latency", "level", "count", "duration"]
Producer = Literal["load", "metric", "drill", "attestation"]


@dataclass(frozen=True)
class Metric:
    """
    One measurement: *unit* as written in limits, *lowest* and *highest* possible value, *title* for people.

    *kind* tells how the judge treats it: a share of bad requests, a latency quantile (judged as a share of slow ones),
    a level whose peak counts, a count, or a covered duration.
    """

    title: str
    unit: str
    kind: Kind
    source: Producer
    lowest: float = 0
    highest: float = inf


KNOWN: dict[str, Metric] = {
    "service.unavailable_percent": Metric("probes not answered", "%", "share", "metric", highest=100),
    "service.available_percent": Metric("probes answered", "%", "share", "metric", highest=100),
    "database.connections_percent": Metric("database connections of the pool", "%", "level", "metric", highest=100),
    "redis.memory_percent": Metric("Redis memory of maxmemory", "%", "level", "metric", highest=100),
    "celery.queue_tasks": Metric("Celery tasks waiting", "tasks", "level", "metric"),
    "errors.critical_count": Metric("critical errors logged", "errors", "count", "metric"),
    "window.covered_hours": Metric("monitored without a gap", "h", "duration", "metric"),
    "exposure.share_percent": Metric("users on the new backend", "%", "share", "metric", highest=100),
    "canary.lost_writes": Metric("acknowledged writes missing or altered", "writes", "count", "load"),
    "degradation.slower_percent": Metric("p95 slower than the baseline beside it", "%", "share", "load"),
    "load.requests_count": Metric("requests measured", "requests", "count", "load"),
    "feedback.satisfied_percent": Metric("satisfied answers", "%", "share", "attestation", highest=100),
    "signoff.roles_count": Metric("roles that signed", "roles", "count", "attestation"),
}
STATISTICS: dict[str, Metric] = {
    "fail_percent": Metric("failed requests", "%", "share", "load", highest=100),
    "p50_ms": Metric("median latency", "ms", "latency", "load"),
    "p95_ms": Metric("95th percentile of latency", "ms", "latency", "load"),
    "p99_ms": Metric("99th percentile of latency", "ms", "latency", "load"),
    "mean_ms": Metric("mean latency", "ms", "level", "load"),
}
LOAD_METRIC = re.compile(rf"(?P<name>[a-z][a-z0-9.-]*)\.(?P<statistic>{'|'.join(STATISTICS)})")


def metric(name: str) -> Metric:
    """
    The metric of that *name*: a known one, or `<locust name>.<statistic>`; `all` stands for every request, the name of
    a scenario for the requests of its people.

    Raises ValueError with what is permitted.
    """
    if name in KNOWN:
        return KNOWN[name]
    if match := LOAD_METRIC.fullmatch(name):
        return STATISTICS[match["statistic"]]
    permitted = ", ".join([*KNOWN, *(f"<locust name>.{statistic}" for statistic in STATISTICS)])
    raise ValueError(f"unknown metric {name!r}; permitted: {permitted}")


def load_name(name: str) -> tuple[str, str]:
    """The locust name and the statistic of a load metric: `('all', 'p95_ms')`."""
    match = LOAD_METRIC.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not a measurement of a load run")
    return match["name"], match["statistic"]


def quantile(statistic: str) -> float:
    """The share of requests that may be slow under a latency statistic: 0.05 for `p95_ms`."""
    return round(1 - int(statistic[1:3]) / 100, 6)
