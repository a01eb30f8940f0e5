"""Is every service up, as seen from outside? Each test asks one of them and changes nothing."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from rollout.target.answer import expect_as
from rollout.target.http import client_to
from rollout.target.services import Sql, expect_up, redis_at, workers
from rollout.target.wait import eventually
from xcodereviewer.models import Health
from xcodereviewer.target import XcrTarget

pytestmark = [pytest.mark.criterion("services-healthy"), pytest.mark.promise("plan: All services healthy")]
PONG_S = 0.5
ANSWERS_S = 10.0  # s, for an answer: a solo pool gives none while it is at work, and a remote broker takes longer
Record = Callable[[str, object], None]


@pytest.mark.promise("api: GET /health")
def test_the_backend_reports_healthy(target: XcrTarget, record_property: Record) -> None:
    """
    The backend answers its health check, and the version that answers is the deployed one.
    """
    with client_to(target) as client:
        health = expect_as(Health, client.get("/health"))
    record_property("backend.version", health.version)
    assert health.status == "healthy"
    assert health.version
    deployed = target.release or health.version
    assert health.version == deployed


def test_postgresql_answers_a_query(sql: Sql, record_property: Record) -> None:
    """
    PostgreSQL answers a query of somebody who may only read.
    """
    with expect_up():
        version = sql.value("SELECT current_setting('server_version')")
        record_property("postgresql.version", version)
        assert sql.value("SELECT 6 * 7") == 42


def test_redis_answers_as_cache(redis_url: SecretStr, record_property: Record) -> None:
    """
    The Redis that caches answers a PING.
    """
    with expect_up(), redis_at(redis_url, "cache") as cache:
        assert cache.ping()
        record_property("redis.version", cache.info("server")["redis_version"])


def test_redis_answers_as_broker(broker_url: SecretStr) -> None:
    """
    The Redis that carries Celery's messages answers a PING.
    """
    with expect_up(), redis_at(broker_url, "broker") as broker:
        assert broker.ping()


def test_a_celery_worker_answers(broker_url: SecretStr, record_property: Record) -> None:
    """
    At least one Celery worker answers a ping over the broker.
    """

    def a_worker_answers() -> list[str]:
        found = workers(broker_url, within=PONG_S)
        assert found, f"no worker answered a ping within {PONG_S} s"
        return found

    record_property("celery.workers_count", len(eventually(a_worker_answers, within=ANSWERS_S)))
