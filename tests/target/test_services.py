"""A service that gives no answer, and a URL that is a mistake: neither accuses anybody but in a check of that service."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
import redis
from pydantic import SecretStr

from rollout.target import services
from rollout.target.obstacle import Obstacle
from rollout.target.services import (
    ServiceUrl,
    Sql,
    Unreached,
    WrongUrl,
    answers,
    expect_up,
    heard_from_workers,
    redis_at,
    said_by_workers,
)

NOBODY = "redis://127.0.0.1:9/0"
UNKNOWN = "redis://nowhere.invalid:6379/0"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ('FATAL:  password authentication failed for user "u"', WrongUrl),
        ('FATAL:  role "u" does not exist', WrongUrl),
        ('FATAL:  database "x" does not exist', WrongUrl),
        ("fe_sendauth: no password supplied", WrongUrl),
        ('FATAL:  no pg_hba.conf entry for host "192.0.2.1"', WrongUrl),
        ("failed to resolve host 'nowhere.invalid': [Errno -2] Name or service not known", WrongUrl),
        ("connection failed: Connection refused", Unreached),
        ('invalid port number: "99999"', WrongUrl),
        ("connection timeout expired", Unreached),
        ("FATAL:  sorry, too many clients already", Unreached),
    ],
)
def test_a_database_that_nobody_can_ask_is_an_obstacle(
    said: str, kind: type[Obstacle], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A wrong DSN is a mistake of ours, and no answer is none; the variable stands in the way out.
    """

    def connect(dsn: str, **options: Any) -> None:
        raise psycopg.OperationalError(said)

    monkeypatch.setattr(psycopg, "connect", connect)
    with pytest.raises(kind, match=r"^PostgreSQL: got OperationalError: ") as met:
        Sql(ServiceUrl(SecretStr("host=x"), "XCR_POSTGRES_DSN in the environment")).value("SELECT 1")
    assert "XCR_POSTGRES_DSN in the environment" in met.value.way_out
    with pytest.raises(AssertionError) as told, expect_up():
        Sql(SecretStr("host=x")).value("SELECT 1")
    assert isinstance(told.value, Obstacle) is (kind is WrongUrl)


@pytest.mark.parametrize(
    ("error", "accuses"),
    [(psycopg.errors.IoError("bad block"), True), (psycopg.errors.QueryCanceled("too long"), False)],
)
def test_an_error_that_postgresql_answers_itself_is_its_own(
    error: psycopg.Error, accuses: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It was reached; a statement that a limit ended tells nothing.
    """

    def connect(dsn: str, **options: Any) -> None:
        raise error

    monkeypatch.setattr(psycopg, "connect", connect)
    with pytest.raises(AssertionError) as met:
        Sql(SecretStr("host=x")).value("SELECT 1")
    assert isinstance(met.value, Obstacle) is not accuses


def ping(url: str) -> Callable[[], None]:
    """Ask the Redis at *url* for a sign of life."""

    def asked() -> None:
        with redis_at(ServiceUrl(SecretStr(url), "XCR_BROKER_URL in the environment"), "broker") as client:
            client.ping()

    return asked


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(ping, id="Redis"),
        pytest.param(lambda url: lambda: said_by_workers(SecretStr(url), "ping", 0.1), id="workers"),
    ],
)
def test_a_redis_that_is_not_there_is_an_obstacle(ask: Callable[[str], Callable[[], object]]) -> None:
    """
    One that refuses the connection gives no answer; a host without an address is a mistake of the URL.
    """
    with pytest.raises(Unreached, match=r"^broker: got ConnectionError: .*refused"):
        ask(NOBODY)()
    with pytest.raises(WrongUrl, match=r"^broker: got ConnectionError: "):
        ask(UNKNOWN)()


@pytest.mark.parametrize(
    "error", [redis.AuthenticationError("WRONGPASS"), redis.exceptions.NoPermissionError("NOPERM")]
)
def test_a_refused_password_is_a_mistake_of_the_url(error: redis.RedisError) -> None:
    """
    The way out names the variable; another error that Redis answers is its own.
    """

    def refused(error: redis.RedisError) -> None:
        with redis_at(ServiceUrl(SecretStr(NOBODY), "XCR_REDIS_URL in the environment"), "cache"):
            raise error

    with pytest.raises(WrongUrl) as met:
        refused(error)
    assert met.value.way_out == "mend XCR_REDIS_URL in the environment"
    with pytest.raises(WrongUrl):
        refused(redis.ResponseError("DB index is out of range"))
    with pytest.raises(AssertionError, match="OOM") as told:
        refused(redis.ResponseError("OOM"))
    assert not isinstance(told.value, Obstacle)


def test_readiness_is_not_held_against_an_url_of_ours_that_is_wrong() -> None:
    """
    Whether the service is alive is unknown then, and where this machine does not reach it too.
    """
    for url, kind in ((NOBODY, Unreached), (UNKNOWN, WrongUrl)):
        with pytest.raises(kind):
            answers(ping(url))


@pytest.mark.parametrize("said", [{"celery@here": []}, {"celery@here": None}])
def test_a_worker_that_takes_from_no_queue_is_heard(said: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Its answer is one, whatever it says; where nobody answers, nobody knows what the workers do.
    """
    heard = [{}, said]
    monkeypatch.setattr(services, "said_by_workers", lambda *asked: heard.pop(0))
    with pytest.raises(Obstacle, match=r"^no worker answers: it is at work, far away or dead$"):
        heard_from_workers(SecretStr(NOBODY), "active_queues", 0.1)
    assert heard_from_workers(SecretStr(NOBODY), "active_queues", 0.1) == said
