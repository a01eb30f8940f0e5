"""Where nobody counts errors, nothing is known about them."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from rollout.target.http import Client, client_to
from rollout.target.obstacle import Obstacle
from smoke import test_errors as checks
from tests.watch.service import LOGIN, Service
from xcodereviewer.api import Api
from xcodereviewer.error_counts import server_errors
from xcodereviewer.target import XcrTarget

HOUR = timedelta(hours=1)
LOGGED_IN = (200, {"access_token": "a", "refresh_token": "r", "token_type": "bearer"})
NO_ERROR = b'http_requests_total{method="GET",status="200"} 7\n'
COUNTED = b'http_requests_total{method="GET",status="200"} 7\nhttp_requests_total{method="GET",status="500"} 2\n'


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


def checked(service: Service) -> int:
    """What the check of the last hour counts on a backend without an error log and a Prometheus."""
    service.answers[LOGIN] = LOGGED_IN
    target = XcrTarget.model_validate(
        {"name": "x", "environment": "staging", "base_url": service.url, "allow": ["write"]}
    )
    told: dict[str, object] = {}
    with client_to(target) as client:
        admin = Api(client, "admin", SecretStr("s"))
        checks.test_no_critical_error_was_logged(admin, client, target, told.__setitem__)
    return int(str(told["errors.critical_count"]))


def test_errors_since_the_start_do_not_accuse_the_last_hour(service: Service) -> None:
    """
    Nobody tells when they were; the setting that would is named.
    """
    service.answers["/metrics"] = (200, COUNTED)
    with pytest.raises(Obstacle, match=r"^got 2 answers of 5xx since the backend started, and nothing tells") as caught:
        checked(service)
    assert caught.value.way_out == "set `prometheus_url` in targets/x.toml"


def test_no_error_since_the_start_is_none_in_the_last_hour(service: Service) -> None:
    """
    No Prometheus is needed for it.
    """
    service.answers["/metrics"] = (200, NO_ERROR)
    assert checked(service) == 0
