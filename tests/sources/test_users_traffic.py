"""Requests of users, counted from the /metrics pages of every replica, whatever happens to one of them."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from rollout.evidence.records import Requests, Sample
from rollout.metrics.of_users import SAMPLE
from rollout.sources.users_traffic import UsersTraffic
from rollout.target import Target
from tests.watch.service import Service, serving

EMPTY = "# TYPE http_requests_total counter\n"


def metrics(good: int = 0, bad: int = 0, slow: int = 0, route: str = "/api/projects", started: float = 1e9) -> bytes:
    """A page that counts *good* and *bad* requests of a route, *slow* ones of them over 500 ms."""
    labels = f'method="GET",endpoint="{route}"'
    total = good + bad
    return (
        f"{EMPTY}"
        f'http_requests_total{{{labels},status="200"}} {good}\n'
        f'http_requests_total{{{labels},status="500"}} {bad}\n'
        "# TYPE http_request_duration_seconds histogram\n"
        f'http_request_duration_seconds_bucket{{{labels},le="0.5"}} {total - slow}\n'
        f'http_request_duration_seconds_bucket{{{labels},le="+Inf"}} {total}\n'
        f"http_request_duration_seconds_count{{{labels}}} {total}\n"
        f"process_start_time_seconds {started}\n"
    ).encode()


class Replicas:
    """Some services, and the source that counts their requests."""

    def __init__(self, services: list[Service]) -> None:
        self.services = services
        urls = [f"{service.url}/metrics" for service in services]
        facts = {"name": "t", "environment": "staging", "base_url": services[0].url, "metrics_urls": urls}
        self.source = UsersTraffic(Target.model_validate(facts))

    def look(self, *pages: bytes | None) -> Sample:
        """The sample while each replica shows its page; None does not answer."""
        for service, shown in zip(self.services, pages, strict=True):
            service.answers["/metrics"] = (200, shown) if shown is not None else (503, "gone")
        return self.source.sample()[SAMPLE]

    def counted(self, *pages: bytes | None) -> tuple[int, int, dict[str, int]]:
        """What was counted."""
        found = self.look(*pages).requests
        assert found is not None
        return found.n, found.failed, found.over


@pytest.fixture
def one() -> Iterator[Replicas]:
    """One replica."""
    with serving(Service()) as service:
        yield Replicas([service])


@pytest.fixture
def two() -> Iterator[Replicas]:
    """Two replicas."""
    with ExitStack() as stack:
        yield Replicas([stack.enter_context(serving(Service())) for _ in range(2)])


def test_requests_are_counted_from_look_to_look(one: Replicas) -> None:
    """
    The first look begins the count: what was before it is nobody's slice.
    """
    assert one.counted(metrics(100, 10, 5)) == (0, 0, {"500": 0})
    assert one.counted(metrics(150, 12, 9)) == (52, 2, {"500": 4})
    assert one.counted(metrics(150, 12, 9)) == (0, 0, {"500": 0})


def test_replicas_add_up(two: Replicas) -> None:
    """
    Each replica has a page of its own.
    """
    two.look(metrics(), metrics(1000))
    assert two.counted(metrics(10, 1), metrics(1020, 2, 3)) == (33, 3, {"500": 3})


def test_a_restarted_replica_counts_from_zero(one: Replicas) -> None:
    """
    Lower counters, or a later start, are a new process: everything on its page is new.
    """
    one.look(metrics(100))
    assert one.counted(metrics(30, 2))[:2] == (32, 2)
    assert one.counted(metrics(300, 2, started=2e9))[:2] == (302, 2)


def test_the_first_error_of_a_status_counts(one: Replicas) -> None:
    """
    A counter that appears with 1 grew by 1.
    """
    one.look(b"\n".join(line for line in metrics(10).splitlines() if b'"500"' not in line) + b"\n")
    assert one.counted(metrics(10, 1))[:2] == (1, 1)


def test_a_replica_that_does_not_answer_is_an_error_and_loses_nothing(two: Replicas) -> None:
    """
    A part of the replicas would hide the failures of the others: the next whole look covers both times.
    """
    two.look(metrics(), metrics())
    gone = two.look(metrics(50), None)
    assert (gone.value, gone.requests) == (None, None)
    assert gone.error.endswith("/metrics: status 503")
    assert two.counted(metrics(60), metrics(40, 5))[:2] == (105, 5)


def test_routes_of_nobody_are_left_out(one: Replicas) -> None:
    """
    Probes and scrapes are no users.
    """
    one.look(metrics(route="/health"))
    assert one.counted(metrics(500, route="/health"))[:2] == (0, 0)


def test_a_service_without_a_request_yet_counts_none(one: Replicas) -> None:
    """
    The family is there and has no sample: zero, not missing.
    """
    assert one.counted(EMPTY.encode())[:2] == (0, 0)


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        pytest.param(b"<h1>It works!</h1>\n", "invalid metric name", id="a page of something else"),
        pytest.param(b"requests_total 5\n", "no http_requests_total", id="a renamed counter"),
        pytest.param(b"", "no http_requests_total", id="an empty page"),
        pytest.param(metrics().replace(b"} 0", b"} NaN"), "counts nan", id="no number"),
        pytest.param(metrics().replace(b"} 0", b"} +Inf"), "counts inf", id="infinitely many"),
        pytest.param(metrics().replace(b"} 0", b"} -1"), "counts -1", id="fewer than none"),
        pytest.param(metrics().replace(b"} 0", b"} 1e30"), "counts 1e+30", id="more than any journal holds"),
        pytest.param(metrics().replace(b'le="0.5"', b'le="much"'), "could not convert", id="an edge that is no number"),
    ],
)
def test_a_page_that_does_not_count_requests_is_an_error(one: Replicas, shown: bytes, says: str) -> None:
    """
    Nothing counted is not zero.
    """
    sample = one.look(shown)
    assert sample.requests is None
    assert says in sample.error


def test_a_stranger_that_answers_nothing_is_an_error(one: Replicas) -> None:
    """
    A refused connection is the sample's error, and no traceback.
    """
    facts = {
        "name": "t",
        "environment": "staging",
        "base_url": "http://127.0.0.1:9",
        "metrics_urls": ["http://127.0.0.1:9/m"],
    }
    sample = UsersTraffic(Target.model_validate(facts)).sample()[SAMPLE]
    assert sample.error.startswith("http://127.0.0.1:9/m: ")
    assert sample.requests != Requests(n=0, failed=0)
