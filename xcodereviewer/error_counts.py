"""Critical errors of a time: from the error log, else from Prometheus, else from the backend's own counters."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx

from rollout.target.answer import expect, expect_as
from rollout.target.http import Client
from rollout.target.message import one_line
from xcodereviewer.api import Api
from xcodereviewer.models import ErrorSummary, Part
from xcodereviewer.target import XcrTarget

SAMPLE = re.compile(r'^http_requests_total\{[^}]*\bstatus="(?P<status>\d{3})"[^}]*\} (?P<value>\S+)', re.MULTILINE)


class Sample(Part):
    value: tuple[float, str]


class Samples(Part):
    result: tuple[Sample, ...]


class Queried(Part):
    """An answer of Prometheus to an instant query."""

    status: Literal["success"]
    data: Samples


@dataclass(frozen=True)
class Errors:
    """*critical* errors, and the *latest* of them in words."""

    critical: int
    latest: str = ""


def errors_within(window: timedelta, admin: Api, anonymous: Client, target: XcrTarget) -> Errors:
    """What the error log has of the last *window*; a backend without a log is judged by its 5xx counters."""
    since = (datetime.now(UTC) - window).isoformat()
    answer = expect(admin.get("/monitoring/errors", since=since), 200, 404)
    if answer.status_code == 404:
        return Errors(server_errors(anonymous, target, window))
    summary = expect_as(ErrorSummary, answer)
    critical = (item for item in summary.items if item.get("level", "critical") == "critical")
    return Errors(summary.critical, one_line(str(next(critical, "not told"))))


def server_errors(client: Client, target: XcrTarget, window: timedelta) -> int:
    """5xx answers within *window*; without Prometheus since the backend's start, which is never fewer."""
    if target.prometheus_url is None:
        return counted(expect(client.get("/metrics")))
    with Client(str(target.prometheus_url), target.ca_file) as prometheus:
        assert sample(prometheus, "count(http_requests_total)"), "Prometheus: got no http_requests_total, want some"
        errors = f'sum(increase(http_requests_total{{status=~"5.."}}[{window.total_seconds():.0f}s])) or vector(0)'
        return round(sample(prometheus, errors))


def sample(prometheus: Client, query: str) -> float:
    """The one number that answers *query*; 0 where nothing matches it."""
    found = expect_as(Queried, prometheus.get("/api/v1/query", params={"query": query})).data.result
    return float(found[0].value[1]) if found else 0.0


def counted(metrics: httpx.Response) -> int:
    """5xx answers in Prometheus text; AssertionError where no request was counted at all."""
    found = SAMPLE.findall(metrics.text)
    assert found, "/metrics: got no sample of http_requests_total with a status, want some"
    return round(sum(float(value) for status, value in found if status.startswith("5")))
