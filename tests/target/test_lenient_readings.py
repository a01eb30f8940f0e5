"""What the published API leaves open is read leniently: words of readiness, wildcards of CORS, operations nobody describes."""

from collections.abc import Iterator
from typing import cast

import httpx
import pytest
from pydantic import SecretStr

from integration import test_operations as operations
from rollout.target.http import client_to
from rollout.target.openapi import Operation
from rollout.target.raw_client import RawClient
from smoke import test_cors as cors
from smoke import test_readiness as readiness
from tests.target.allowed import target_at
from tests.watch.service import LOGIN, Service, serving
from xcodereviewer.api import Api
from xcodereviewer.models import Readiness

ORIGIN = "https://host.example"
CACHE = ("redis", "cache")
NOBODY = cast(RawClient, None)
PATH = "/api/v1/migration/import"
TOKENS = {"access_token": "a", "refresh_token": "r", "token_type": "bearer"}


def said(word: str, status: str = "ready") -> Readiness:
    """A readiness that says *word* of its cache."""
    return Readiness(status=status, checks={"redis_cache": word})


@pytest.mark.parametrize("word", ["connected", "ok", "UP", "Healthy", "12 ms", "v7", "slow"])
def test_a_living_redis_may_be_called_by_any_word_that_does_not_deny_it(word: str) -> None:
    """
    What readiness says of it is not published.
    """
    readiness.expect_truth(said(word), CACHE, alive=True)


@pytest.mark.parametrize(
    ("word", "alive"), [("disconnected", True), ("DOWN", True), ("connected", False), ("ok", False)]
)
def test_a_word_that_says_the_opposite_accuses(word: str, alive: bool) -> None:
    """
    Whatever the whole of it says.
    """
    with pytest.raises(AssertionError, match=f"^/ready says .*{word}.*, alive: {alive}"):
        readiness.expect_truth(said(word, "degraded"), CACHE, alive)


def test_a_backend_that_is_ready_without_its_redis_accuses() -> None:
    """
    By no word at all.
    """
    with pytest.raises(AssertionError, match="/ready says ready while Redis does not answer"):
        readiness.expect_truth(said("12 ms"), CACHE, alive=False)
    readiness.expect_truth(said("12 ms", "not_ready"), CACHE, alive=False)


def passed(methods: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check the preflight of a backend that allows *methods*."""
    headers = {
        "Access-Control-Allow-Origin": ORIGIN,
        "Access-Control-Allow-Headers": "authorization, content-type",
        "Access-Control-Allow-Methods": methods,
    }
    answer = httpx.Response(200, headers=headers)
    monkeypatch.setattr(cors, "preflight", lambda raw_client, origin: answer)
    cors.test_listed_origins_pass_the_preflight(NOBODY, (ORIGIN,))


@pytest.mark.parametrize("methods", ["*", "POST", "get, post"])
def test_a_preflight_may_allow_every_method(methods: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    By name or by a wildcard.
    """
    passed(methods, monkeypatch)


def test_a_preflight_without_the_method_accuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The browser would send nothing.
    """
    with pytest.raises(AssertionError, match="got no POST"):
        passed("GET", monkeypatch)


@pytest.fixture
def service() -> Iterator[Service]:
    """A backend that signs somebody in."""
    with serving(Service()) as running:
        running.answers[LOGIN] = (200, TOKENS)
        yield running


def is_there(service: Service, operation: Operation) -> bool | None:
    """Whether the check finds that operation; None where it cannot tell."""
    with client_to(target_at(service.url, "write")) as client:
        return operations.is_there(Api(client, "somebody", SecretStr("s3cret-word")), operation)


@pytest.mark.parametrize(("status", "there"), [(405, True), (404, False), (200, None), (401, None), (422, None)])
def test_a_path_that_wants_another_method_is_there(service: Service, status: int, there: bool | None) -> None:
    """
    A read of it changes nothing, and 405 says that something else is taken there; what a list answers says nothing.
    """
    service.answers[PATH] = (status, {})
    assert is_there(service, Operation("POST", PATH)) is there


@pytest.mark.parametrize(("status", "there"), [(405, False), (404, False), (200, True), (403, True)])
def test_a_read_that_nobody_describes_is_there_if_it_is_answered(service: Service, status: int, there: bool) -> None:
    """
    A refusal is an answer.
    """
    service.answers[PATH] = (status, {})
    assert is_there(service, Operation("GET", PATH)) is there


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_path_of_one_object_may_answer_about_the_object(service: Service, method: str) -> None:
    """
    A 404 does not tell the object from the operation.
    """
    service.answers[f"{PATH}/1"] = (404, {})
    assert is_there(service, Operation(method, f"{PATH}/{{id}}")) is None
