"""What no API publishes and a backend does not have is a setting or no evidence, never a defect."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from rollout.target.http import client_to
from rollout.target.obstacle import NotConfigured, Obstacle
from tests.watch.service import ERRORS, LOGIN, Service, serving
from xcodereviewer.api import Api
from xcodereviewer.configuration import configuration_of
from xcodereviewer.error_counts import Errors, errors_within
from xcodereviewer.import_counts import counted
from xcodereviewer.target import XcrTarget

HOUR = timedelta(hours=1)
TOKENS = (200, {"access_token": "a", "refresh_token": "r", "token_type": "bearer"})
COUNTED = (200, b'http_requests_total{method="GET",status="500"} 2\n')


@pytest.fixture
def service() -> Iterator[Service]:
    """A backend that signs its administrator in and has nothing else to tell."""
    running = Service()
    running.answers[LOGIN] = TOKENS
    with serving(running):
        yield running


def target_of(service: Service, **more: object) -> XcrTarget:
    """The target whose system is *service*."""
    facts = {"name": "x", "environment": "staging", "base_url": service.url, "allow": ["write"]}
    return XcrTarget.model_validate({**facts, **more})


@pytest.mark.parametrize("path", [None, "/told/nowhere"], ids=["not said", "said wrong"])
def test_a_configuration_that_is_told_nowhere_is_a_missing_setting(service: Service, path: str | None) -> None:
    """
    The way out names the setting that says where.
    """
    target = target_of(service, configuration_path=path)
    with client_to(target) as client, pytest.raises(NotConfigured, match="set `configuration_path` in targets/x"):
        configuration_of(Api(client, "admin", SecretStr("s")), target)


def errors(service: Service) -> Errors:
    """The critical errors that are known of the last hour."""
    target = target_of(service)
    with client_to(target) as client:
        return errors_within(HOUR, Api(client, "admin", SecretStr("s")), client, target)


@pytest.mark.parametrize("status", [403, 404, 405, 500, 501])
def test_without_an_error_log_the_counters_tell(service: Service, status: int) -> None:
    """
    However a backend says that it has none.
    """
    service.answers |= {ERRORS: (status, {}), "/metrics": COUNTED}
    assert errors(service) == Errors(2, dated=False)


@pytest.mark.parametrize(
    "log",
    [
        pytest.param((200, {"entries": []}), id="a log of another shape"),
        pytest.param((200, b"<html>"), id="a page for people"),
    ],
)
def test_a_log_that_cannot_be_read_says_nothing(service: Service, log: tuple[int, object]) -> None:
    """
    It is no critical error.
    """
    service.answers[ERRORS] = log
    with pytest.raises(Obstacle, match="nothing tells of errors"):
        errors(service)


@pytest.mark.parametrize(
    ("said", "count"),
    [
        pytest.param({"statistics": {"projects": 3}}, 3, id="below statistics"),
        pytest.param({"imported_projects": 3}, 3, id="by another name"),
        pytest.param({"message": "done"}, None, id="not at all"),
    ],
)
def test_an_import_counts_by_any_known_name(said: dict[str, object], count: int | None) -> None:
    """
    One that does not tell is not taken for one that stored nothing.
    """
    assert counted(said, "projects") == count
