"""Count the critical errors of a period: from the error log, else from Prometheus, else from the backend's own counters."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

import httpx

from rollout.target.answer import expect_as, summary_of
from rollout.target.http import Client
from rollout.target.message import one_line
from rollout.target.obstacle import Obstacle
from rollout.target.token_client import TokenClient
from xcodereviewer.api import Api
from xcodereviewer.models import ApiPart, ErrorSummary
from xcodereviewer.target import XcrTarget

SAMPLE = re.compile(r'^http_requests_total\{[^}]*\bstatus="(?P<status>\d{3})"[^}]*\} (?P<value>\S+)', re.MULTILINE)
NOTHING = "nothing tells of errors: the backend has no error log, and"
WAY_OUT = "set `prometheus_url` in the target's file, or let the backend serve /metrics"


class CountSample(ApiPart):
    value: tuple[float, str]


class Samples(ApiPart):
    result: tuple[CountSample, ...]


class Queried(ApiPart):
    """An answer of Prometheus to an instant query."""

    status: Literal["success"]
    data: Samples


@dataclass(frozen=True)
class Errors:
    """The number of *critical* errors, the text of the *latest*, and whether all of them are *dated*: within the period."""

    critical: int
    latest: str = ""
    dated: bool = True


def errors_within(window: timedelta, admin: Api, anonymous: Client, target: XcrTarget) -> Errors:
    """
    The critical errors of the last *window*; without a readable error log the 5xx answers are counted.

    The API does not publish such a log: any answer other than the counts, and any failed step, is an Obstacle.
    """
    try:
        answer = admin.get("/monitoring/errors", since=(datetime.now(UTC) - window).isoformat())
        if not answer.is_success:
            return Errors(server_errors(anonymous, target, window), dated=target.prometheus_url is not None)
        summary = expect_as(ErrorSummary, answer)
    except Obstacle:
        raise
    except AssertionError as error:
        raise Obstacle(f"nothing tells of errors: {summary_of(error)}", WAY_OUT) from None
    critical = (item for item in summary.items if item.get("level", "critical") == "critical")
    return Errors(summary.critical, one_line(str(next(critical, "not told"))))


def server_errors(client: Client, target: XcrTarget, window: timedelta) -> int:
    """The number of 5xx answers within *window*; without Prometheus since the backend's start, which is at least as many."""
    if target.prometheus_url is None:
        return counted(client.get("/metrics"))
    with TokenClient(target, target.prometheus_url, "prometheus_token") as prometheus:
        if not sample(prometheus, "count(http_requests_total)"):
            raise Obstacle(f"{NOTHING} Prometheus counts no http_requests_total", "let Prometheus scrape the backend")
        errors = f'sum(increase(http_requests_total{{status=~"5.."}}[{window.total_seconds():.0f}s])) or vector(0)'
        return round(sample(prometheus, errors))


def sample(prometheus: Client, query: str) -> float:
    """The single value of *query*; 0 if it has no result."""
    found = expect_as(Queried, prometheus.get("/api/v1/query", params={"query": query})).data.result
    return float(found[0].value[1]) if found else 0.0


def counted(metrics: httpx.Response) -> int:
    """The number of 5xx answers in Prometheus text; Obstacle if no request was counted at all."""
    found = SAMPLE.findall(metrics.text) if metrics.status_code == 200 else []
    if not found:
        raise Obstacle(f"{NOTHING} /metrics ({metrics.status_code}) counts no http_requests_total", WAY_OUT)
    return round(sum(float(value) for status, value in found if status.startswith("5")))
