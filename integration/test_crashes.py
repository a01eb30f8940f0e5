"""Services die in the middle of work: nothing acknowledged is lost, nothing is half there, and it heals."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from rollout.target.answer import expect_as
from rollout.target.wait import eventually, pause
from xcodereviewer.canary import CanaryWrites
from xcodereviewer.fixtures.disposable_standin import NOT_KILLED, NOTICED_S, DisposableStandin
from xcodereviewer.models import CacheCounters, Readiness, SystemHealth
from xcodereviewer.unique_names import fresh_name

pytestmark = pytest.mark.standin_only(NOT_KILLED)
Record = Callable[[str, object], None]
RECOVERED_S = 30.0
WRITES_BEFORE = 20
WRITES_AFTER = 10
MOST_WRITES = 120
BETWEEN_WRITES_S = 0.1


@pytest.mark.criterion("readiness-notices-dependencies")
@pytest.mark.parametrize("service", ["postgres", "redis"])
@pytest.mark.promise("api: GET /ready")
def test_readiness_notices_a_dead_dependency_and_its_return(
    disposable_standin: DisposableStandin, service: str
) -> None:
    """
    A backend whose dependency died says so, and says ready again when it is back.
    """
    with disposable_standin.without(service):

        def noticed() -> None:
            readiness = expect_as(Readiness, disposable_standin.client.get("/ready"), 200, 503)
            assert readiness.status != "ready"
            assert set(readiness.checks.values()) != {"connected"}

        eventually(noticed, within=NOTICED_S)
    assert expect_as(Readiness, disposable_standin.client.get("/ready")).status == "ready"


@pytest.mark.criterion("readiness-notices-dependencies")
@pytest.mark.parametrize(("service", "component"), [("redis", "redis"), ("worker", "celery")], ids=["redis", "worker"])
@pytest.mark.promise("api: GET /api/v1/monitoring/health")
def test_administrators_see_what_is_dead(disposable_standin: DisposableStandin, service: str, component: str) -> None:
    """
    The administrators' health page calls the system unhealthy and names the part that died.
    """
    with disposable_standin.without(service):

        def shown() -> None:
            page = expect_as(SystemHealth, disposable_standin.admin.get("/monitoring/health"))
            assert not page.healthy
            assert not page.components[component].healthy

        eventually(shown, within=NOTICED_S)


@pytest.mark.criterion("beyond-promises")
@pytest.mark.promise("advisory: nothing is said about a cache that went away")
def test_a_restart_of_redis_heals(disposable_standin: DisposableStandin) -> None:
    """
    Without Redis lists are still read and changes still seen, and after its return the cache is used again.
    """
    api = disposable_standin.newcomer()
    with disposable_standin.without("redis"):
        project = api.new_project(fresh_name())
        assert api.projects().items == (project,)

    def cached_again() -> None:
        before = hits(disposable_standin)
        assert api.projects().items == (project,)
        assert hits(disposable_standin) > before

    eventually(cached_again, within=RECOVERED_S)


@pytest.mark.criterion("workflows-functional")
@pytest.mark.parametrize("service", ["backend", "postgres", "worker"])
@pytest.mark.promise("plan: No data loss")
def test_a_crash_during_writes_loses_nothing_acknowledged(
    disposable_standin: DisposableStandin, service: str, record_property: Record
) -> None:
    """
    Every acknowledged write is there unchanged after kill -9, by API and by SQL; the others are whole or absent.
    """
    canary = CanaryWrites(disposable_standin.newcomer(), disposable_standin.sql)
    with writing(canary):
        reaches(canary, WRITES_BEFORE)
        disposable_standin.kill(service)
        disposable_standin.start(service)
        reaches(canary, canary.written + WRITES_AFTER)
    record_property(f"canary.{service}_written_count", canary.written)
    record_property(f"canary.{service}_unanswered_count", len(canary.unanswered) + len(canary.import_unanswered))
    assert canary.lost() == []
    assert canary.torn() == []


@contextmanager
def writing(canary: CanaryWrites) -> Iterator[None]:
    """Somebody writes all the while."""
    enough = Event()

    def write_on() -> None:
        while not enough.is_set() and canary.written < MOST_WRITES:
            canary.write()
            pause(BETWEEN_WRITES_S)

    writer = Thread(target=write_on)
    writer.start()
    try:
        yield
    finally:
        enough.set()
        writer.join()


def reaches(canary: CanaryWrites, writes: int) -> None:
    """Wait until that many writes were tried."""

    def enough_written() -> None:
        assert canary.written >= writes, f"got {canary.written} writes, want {writes}"

    eventually(enough_written, within=RECOVERED_S)


def hits(disposable_standin: DisposableStandin) -> int:
    """How often the cache of the stand-in had what was asked for."""
    return expect_as(CacheCounters, disposable_standin.admin.get("/monitoring/redis/cache")).used or 0
