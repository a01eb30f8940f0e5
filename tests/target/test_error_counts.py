"""Where nobody counts errors, nothing is known about them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from rollout.target.http import Client
from rollout.target.obstacle import Obstacle
from tests.watch.service import Service, serving
from xcodereviewer.error_counts import server_errors
from xcodereviewer.target import XcrTarget

HOUR = timedelta(hours=1)
COUNTED = b'http_requests_total{method="GET",status="200"} 7\nhttp_requests_total{method="GET",status="500"} 2\n'


@pytest.fixture
def service() -> Iterator[Service]:
    """A healthy service without an error log."""
    with serving(Service()) as running:
        yield running


def errors(service: Service) -> int:
    """How many errors are counted."""
    target = XcrTarget.model_validate({"name": "x", "environment": "staging", "base_url": service.url})
    with Client(service.url) as client:
        return server_errors(client, target, HOUR)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((404, b"no such page"), id="there is no /metrics"),
        pytest.param((403, b"not for you"), id="/metrics is closed"),
        pytest.param((200, b"process_cpu_seconds_total 1"), id="/metrics counts no requests"),
    ],
)
def test_a_log_that_is_not_there_proves_nothing(service: Service, answer: tuple[int, bytes]) -> None:
    """
    Without an error log, Prometheus and request counters, the criterion is UNPROVEN and the way out is said.
    """
    service.answers["/metrics"] = answer
    with pytest.raises(Obstacle, match="nothing tells of errors") as caught:
        errors(service)
    assert "prometheus_url" in caught.value.way_out


def test_counted_answers_are_evidence(service: Service) -> None:
    """
    Every 5xx answer that the backend counted is an error.
    """
    service.answers["/metrics"] = (200, COUNTED)
    assert errors(service) == 2
