"""Does readiness tell the truth? What it says is held against what the services say themselves."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from rollout.target.answer import expect_as
from rollout.target.http import Client
from rollout.target.services import Sql, answers, redis_at
from xcodereviewer.models import Readiness

pytestmark = pytest.mark.promise("api: GET /ready")
Record = Callable[[str, object], None]
THERE = ("connected", "ok", "up", "healthy", "ready", "available", "reachable", "alive", "pass", "true")
GONE = (
    *("disconnected", "not connected", "down", "unhealthy", "not ready", "unavailable", "unreachable", "dead"),
    *("error", "failed", "fail", "false"),
)


@pytest.mark.criterion("services-healthy")
def test_the_backend_is_ready(anonymous: Client, record_property: Record) -> None:
    """
    The backend says that it is ready for requests.
    """
    answer = anonymous.get("/ready")
    record_property("ready.answer_ms", round(answer.elapsed.total_seconds() * 1000, 1))
    assert expect_as(Readiness, answer).status == "ready"


@pytest.mark.criterion("readiness-notices-dependencies")
def test_readiness_agrees_with_postgresql(anonymous: Client, sql: Sql, record_property: Record) -> None:
    """
    Readiness calls the database connected exactly when PostgreSQL answers.
    """
    claims = readiness(anonymous).checks
    record_property("ready.checks", ", ".join(sorted(claims)))
    assert "database" in claims
    assert (claims["database"] == "connected") == answers(lambda: sql.value("SELECT 1")), f"/ready says {claims!r}"


@pytest.mark.criterion("readiness-notices-dependencies")
def test_readiness_agrees_with_the_cache(anonymous: Client, redis_url: SecretStr) -> None:
    """
    What readiness says of the cache is what Redis says itself, and a backend without it is not ready.
    """
    expect_truth(readiness(anonymous), ("redis", "cache"), answers(lambda: ping(redis_url, "redis_url")))


@pytest.mark.criterion("readiness-notices-dependencies")
def test_readiness_agrees_with_the_broker(anonymous: Client, broker_url: SecretStr) -> None:
    """
    What readiness says of the broker is what Redis says itself, and a backend without it is not ready.
    """
    expect_truth(readiness(anonymous), ("broker", "celery"), answers(lambda: ping(broker_url, "broker_url")))


def expect_truth(said: Readiness, part_of_name: tuple[str, ...], alive: bool) -> None:
    """Fail where readiness says of a Redis the opposite of whether it is *alive*, or is ready without it."""
    claims = {name: claim for name, claim in said.checks.items() if any(part in name for part in part_of_name)}
    wrong = {name: claim for name, claim in claims.items() if means(claim) is (not alive)}
    assert not wrong, f"/ready says {wrong!r}, alive: {alive}"
    assert alive or said.status != "ready", "/ready says ready while Redis does not answer"


def means(claim: str) -> bool | None:
    """Whether a service is there by the word of readiness; None for a word that says neither, since none is published."""
    word = claim.strip().lower()
    return True if word in THERE else False if word in GONE else None


def readiness(anonymous: Client) -> Readiness:
    """What the backend says about itself, ready or not."""
    return expect_as(Readiness, anonymous.get("/ready"), 200, 503)


def ping(url: SecretStr, name: str) -> None:
    """Ask Redis for a sign of life."""
    with redis_at(url, name) as client:
        client.ping()
