"""Each source reads its value with its own denominator, and says so where it cannot be taken."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from pydantic import SecretStr

from rollout.evidence.records import Sample
from rollout.sources.registry import metric
from rollout.watch.sampler import Sampler
from tests.watch.service import ERRORS, LOGIN, POOL, Service, serving
from tests.watch.stores import address, nobody, valkey
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

SECRET = "s3cret-word"


@pytest.fixture
def service() -> Iterator[Service]:
    """A healthy service on this machine."""
    with serving(Service()) as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.Redis]:
    """A Redis of our own."""
    with valkey(tmp_path_factory.mktemp("valkey")) as client:
        yield client


@pytest.fixture
def store(server: redis.Redis) -> redis.Redis:
    """The same Redis, empty and with its limit."""
    server.flushall()
    server.config_set("maxmemory", 64 << 20)
    return server


def target(service: Service, **more: Any) -> XcrTarget:
    """A target with an administrator and no stores unless named in *more*."""
    facts = {"admin_email": "admin@example.com", "admin_password": SecretStr(SECRET), "queues": ("celery",)}
    return XcrTarget.model_validate({"name": "t", "environment": "staging", "base_url": service.url, **facts, **more})


def looked(service: Service, name: str, **more: Any) -> Sample:
    """One sample of the metric *name*."""
    (sample,) = sampler(service, name, **more).look().values()
    return sample


def sampler(service: Service, *names: str, **more: Any) -> Sampler:
    """What samples the metrics *names*."""
    return Sampler(target(service, **more), [metric(name) for name in names], SUITE.release)


@pytest.mark.parametrize(
    ("status", "body", "value"),
    [
        pytest.param(200, {"status": "ready"}, 1, id="ready"),
        pytest.param(503, {"status": "ready"}, 0, id="ready with a 503"),
        pytest.param(200, {"status": "waiting"}, 0, id="not ready with a 200"),
        pytest.param(200, b"<h1>It works!</h1>", 0, id="another server"),
    ],
)
def test_a_service_is_available_if_it_says_that_it_is_ready(
    service: Service, status: int, body: Any, value: int
) -> None:
    """
    Status and body must agree.
    """
    service.answers["/ready"] = (status, body)
    sample = looked(service, "service.available_percent")
    assert sample.value == value
    assert f"{status} in " in sample.text


def test_a_service_that_does_not_answer_is_down(service: Service) -> None:
    """
    Nobody on the other side is a value of 0 with its cause, not an error of the probe.
    """
    sample = looked(service, "service.available_percent", base_url=nobody().replace("redis", "http"))
    assert sample.value == 0
    assert "ConnectError" in sample.text
    assert sample.text.startswith("no answer: GET http://127.0.0.1:")


def test_the_pool_is_read_with_its_own_capacity(service: Service) -> None:
    """
    Overflow belongs to the capacity: 3 of 20 + 10 are 10 %.
    """
    sample = looked(service, "database.connections_percent")
    assert sample == Sample(value=10.0, text="3 of 30", used=3, capacity=30)


@pytest.mark.parametrize(
    ("path", "answer", "error"),
    [
        pytest.param(POOL, (500, {}), f"GET {POOL}: got 500, want 200", id="an error"),
        pytest.param(POOL, (200, b"<html>"), "GET http://127.0.0.1:", id="a page"),
        pytest.param(POOL, (200, [1]), f"GET {POOL}: got '[1]', want an object", id="a list"),
        pytest.param(POOL, (200, {"pool_size": 5}), "max_overflow: got None, want int", id="a key is missing"),
        pytest.param(
            POOL,
            (200, {"pool_size": 0, "max_overflow": 0, "checked_out_connections": 0}),
            "the pool says its capacity is 0",
            id="no capacity",
        ),
        pytest.param(LOGIN, (401, {}), f"POST {LOGIN} as administrator: got 401, want 200", id="a wrong password"),
        pytest.param(LOGIN, (200, {}), "access_token: got None, want str", id="no token"),
    ],
)
def test_a_pool_that_cannot_be_read_is_an_error(
    service: Service, path: str, answer: tuple[int, Any], error: str
) -> None:
    """
    An error takes the place of the value and says what came instead.
    """
    service.answers[path] = answer
    sample = looked(service, "database.connections_percent")
    assert sample.value is None
    assert sample.error.startswith(error)


def test_a_token_is_used_until_it_has_run_out(service: Service) -> None:
    """
    One login serves many looks; a 401 leads to one more.
    """
    pool = sampler(service, "database.connections_percent")
    for _ in range(2):
        assert pool.look()["database.connections_percent"].value == 10.0
    service.once[POOL] = (401, {})
    assert pool.look()["database.connections_percent"].value == 10.0
    assert [path for path, _ in service.asked] == [LOGIN, POOL, POOL, POOL, LOGIN, POOL]
    assert {token for path, token in service.asked if path == POOL} == {"Bearer t"}


def test_an_administrator_without_rights_is_told(service: Service) -> None:
    """
    A 403 to a fresh token is an error, not a loop.
    """
    service.answers[POOL] = (403, {})
    assert (
        looked(service, "database.connections_percent").error
        == f"GET {POOL} as administrator, just signed in: got 403, want 200"
    )
    assert [path for path, _ in service.asked].count(POOL) == 1


@pytest.mark.parametrize(
    ("name", "settings", "missing"),
    [
        (
            "database.connections_percent",
            {"admin_password": None},
            "not configured: set XCR_ADMIN_PASSWORD in the environment",
        ),
        ("redis.memory_percent", {}, "not configured: set XCR_REDIS_URL in the environment"),
        ("celery.queue_tasks", {}, "not configured: set XCR_BROKER_URL in the environment"),
        ("celery.workers_count", {}, "not configured: set XCR_BROKER_URL in the environment"),
    ],
)
def test_a_setting_that_is_missing_is_named(
    service: Service, name: str, settings: dict[str, None], missing: str
) -> None:
    """
    What is not configured is an error with the name of the setting.
    """
    assert looked(service, name, **settings) == Sample(error=missing)


@pytest.mark.parametrize("name", ["redis.memory_percent", "celery.queue_tasks", "celery.workers_count"])
def test_a_store_where_nobody_listens_is_an_error(service: Service, name: str) -> None:
    """
    A refused connection is an error of the probe, never a zero.
    """
    there = nobody()
    assert "refused" in looked(service, name, redis_url=there, broker_url=there).error


def test_memory_is_read_with_its_limit(service: Service, store: redis.Redis) -> None:
    """
    The share is that of maxmemory.
    """
    sample = looked(service, "redis.memory_percent", redis_url=address(store))
    assert sample.capacity == 64 << 20
    assert sample.value == (sample.used or 0) * 100 / sample.capacity
    assert 0 < (sample.value or 0) < 100
    assert sample.text.endswith(" of 64 MiB")


def test_memory_without_a_limit_has_no_share(service: Service, store: redis.Redis) -> None:
    """
    maxmemory 0 is an error with the way out.
    """
    store.config_set("maxmemory", 0)
    assert looked(service, "redis.memory_percent", redis_url=address(store)) == Sample(
        error="maxmemory is 0: Redis has no limit, so no share of it can be told; set maxmemory"
    )


def test_the_queue_is_all_that_waits_and_all_that_was_handed_out(service: Service, store: redis.Redis) -> None:
    """
    Every declared queue counts with its lists of lower priority, and so do unacknowledged tasks.
    """
    store.rpush("celery", "a", "b")
    store.rpush("celery\x06\x163", "c")
    store.rpush("reports\x06\x169", "d")
    store.rpush("of somebody else", "e")
    store.hset("unacked", "f", "{}")
    sample = looked(service, "celery.queue_tasks", broker_url=address(store), queues=("celery", "reports"))
    assert sample == Sample(value=5, text="4 waiting, 1 handed out")


def test_an_empty_broker_is_a_queue_of_zero_and_no_worker(service: Service, store: redis.Redis) -> None:
    """
    The broker answers: the queue is empty, and nobody works on it.
    """
    samples = sampler(service, "celery.queue_tasks", "celery.workers_count", broker_url=address(store)).look()
    assert samples["celery.queue_tasks"] == Sample(value=0, text="0 waiting, 0 handed out")
    assert samples["celery.workers_count"] == Sample(value=0, text="0 answered")


STORES = ("redis.memory_percent", "celery.queue_tasks", "celery.workers_count")


@pytest.fixture
def locked(store: redis.Redis) -> Iterator[redis.Redis]:
    """The same Redis, which asks newcomers for a password."""
    store.config_set("requirepass", "another-word")
    yield store
    store.config_set("requirepass", "")


@pytest.mark.parametrize("name", STORES)
def test_a_wrong_password_of_redis_is_an_error(service: Service, locked: redis.Redis, name: str) -> None:
    """
    So is none at all; what was tried stands in no sample.
    """
    for there in (address(locked), address(locked).replace("//", f"//:{SECRET}@")):
        sample = looked(service, name, redis_url=there, broker_url=there)
        assert sample.value is None
        assert "auth" in sample.error.lower() or "password" in sample.error.lower()
        assert SECRET not in sample.error


@pytest.mark.parametrize("name", STORES)
def test_a_broker_without_a_host_is_an_error(service: Service, name: str) -> None:
    """
    A name that nobody knows has no address.
    """
    sample = looked(
        service, name, redis_url="redis://nowhere.invalid:6379/0", broker_url="redis://nowhere.invalid:6379/0"
    )
    assert sample.value is None
    assert "nowhere.invalid" in sample.error or "not known" in sample.error


@pytest.mark.parametrize("name", STORES)
def test_an_address_where_nobody_listens_is_an_error(service: Service, name: str) -> None:
    """
    It is told, and ends nothing; what no client can read is refused with the target.
    """
    there = "redis://127.0.0.1:1/0"
    assert looked(service, name, redis_url=there, broker_url=there).value is None


def test_a_redis_that_says_nothing_of_its_memory_is_an_error(service: Service, store: redis.Redis) -> None:
    """
    A server behind a proxy may keep its facts to itself.
    """
    store.acl_setuser("few", enabled=True, passwords=["+few"], commands=["+ping"])
    there = address(store).replace("//", "//few:few@")
    assert "permission" in looked(service, "redis.memory_percent", redis_url=there).error.lower()


def test_a_wrong_type_in_the_broker_is_an_error(service: Service, store: redis.Redis) -> None:
    """
    What Redis refuses is an error of the probe.
    """
    store.set("celery", "no list")
    assert "WRONGTYPE" in looked(service, "celery.queue_tasks", broker_url=address(store)).error


def test_no_secret_stands_in_an_error(service: Service) -> None:
    """
    A password in an address does not reach the journal.
    """
    there = nobody().replace("//", f"//:{SECRET}@").replace("127.0.0.1", f"{SECRET}.invalid")
    names = ("redis.memory_percent", "celery.queue_tasks", "celery.workers_count")
    samples = sampler(service, *names, redis_url=there, broker_url=there).look()
    assert len(samples) == len(names)
    assert SECRET not in str(samples)


@pytest.mark.parametrize(
    ("status", "body", "release"),
    [
        pytest.param(200, {"version": "2.0.0+abc"}, "2.0.0+abc", id="told"),
        pytest.param(200, {"version": 7}, "7", id="a number"),
        pytest.param(200, {"status": "healthy"}, None, id="not told"),
        pytest.param(200, [], None, id="a list"),
        pytest.param(200, b"<html>", None, id="a page"),
    ],
)
def test_the_release_is_the_version_of_the_health_check(
    service: Service, status: int, body: Any, release: str | None
) -> None:
    """
    Whatever is no version is no release.
    """
    service.answers["/health"] = (status, body)
    assert sampler(service).release() == release


def test_the_error_log_is_counted(service: Service) -> None:
    """
    The last hour of the log counts, as the backend says.
    """
    service.answers[ERRORS] = (200, {"total": 9, "critical": 2})
    assert looked(service, "errors.critical_count") == Sample(value=2, text="2 in an hour")
    assert any(path.startswith(f"{ERRORS}?since=") for path, _ in service.asked)


def test_a_service_of_another_kind_is_ready_with_a_200(service: Service) -> None:
    """
    Where no word is asked for, the status is enough, on whatever path.
    """
    service.answers["/alive"] = (200, b"")
    assert looked(service, "service.available_percent", ready_path="/alive", ready_text="").value == 1
