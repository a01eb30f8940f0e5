"""The target's Prometheus metrics, with exactly the names in its alert rules."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from starlette.types import Scope

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.0, 5.0, 10.0)

disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The metrics counted by this process; those of other services are collected at a scrape (see collectors)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "http_requests", "Requests answered", ["method", "endpoint", "status"], registry=self.registry
        )
        self.durations = Histogram(
            "http_request_duration_seconds",
            "Time to answer",
            ["method", "endpoint"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.queries = Histogram(
            "db_query_duration_seconds", "Time in the database", ["query_type"], buckets=BUCKETS, registry=self.registry
        )
        self.llm = Counter("llm_requests", "Requests to language models", ["provider", "model"], registry=self.registry)
        self.breakers = Gauge("circuit_breaker_state", "0 closed, 1 open", ["service"], registry=self.registry)

    def request(self, scope: Scope, status: int, seconds: float) -> None:
        endpoint = _endpoint(scope)
        self.requests.labels(scope["method"], endpoint, str(status or 500)).inc()
        self.durations.labels(scope["method"], endpoint).observe(seconds)

    def query(self, kind: str, seconds: float) -> None:
        self.queries.labels(kind).observe(seconds)


def _endpoint(scope: Scope) -> str:
    """The template of the route: labels with ids would be unlimited."""
    route: Any = scope.get("route")
    return getattr(route, "path_format", None) or "unmatched"
