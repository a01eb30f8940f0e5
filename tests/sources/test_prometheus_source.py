"""A query has one fresh, finite value or none; whatever else Prometheus answers is an error that says so."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from rollout.evidence.records import Sample
from rollout.metrics import MetricKind
from rollout.plan import Criterion, Plan
from rollout.readiness import lacks
from rollout.sources.needs import missing
from rollout.sources.promql import age_of, selectors
from rollout.sources.registry import metric, source_of
from rollout.target import Target
from rollout.watch.sampler import Sampler
from tests.judge.ledgers import PLAN
from tests.watch.service import Service, serving
from tests.watch.stores import nobody

NAME = "prometheus.pool_percent"
QUERY = '100 * sum(pool_in_use{job="backend"}) / sum(pool_size{job="backend"})'
NOW = 1_800_000_000.0


def vector(*values: str) -> dict[str, Any]:
    """An instant vector with these values."""
    series = [{"metric": {"pod": str(number)}, "value": [NOW, value]} for number, value in enumerate(values)]
    return {"status": "success", "data": {"resultType": "vector", "result": series}}


@dataclass
class FakePrometheus(Service):
    """Answers every query with *value*, and every question about the age of samples with *age*."""

    value: Any = None
    age: Any = None
    status: int = 200

    def answer(self, path: str) -> tuple[int, bytes]:
        """By the query in the address."""
        parts = urlsplit(path)
        assert parts.path == "/api/v1/query"
        (query,) = parse_qs(parts.query)["query"]
        found = self.age if query.startswith("time() - min(") else self.value
        return self.status, found if isinstance(found, bytes) else json.dumps(found).encode()


@pytest.fixture
def prometheus() -> Iterator[FakePrometheus]:
    """A Prometheus with one fresh value."""
    with serving(FakePrometheus(value=vector("42.5"), age=vector("7"))) as service:
        assert isinstance(service, FakePrometheus)
        yield service


def target(service: Service, **more: Any) -> Target:
    """A target that is watched by it."""
    facts = {"name": "t", "environment": "staging", "base_url": "http://127.0.0.1:9", "prometheus_url": service.url}
    return Target.model_validate({**facts, "prometheus_queries": {NAME: QUERY}, **more})


def looked(service: Service, name: str = NAME, **more: Any) -> Sample:
    """One sample of the metric."""
    (sample,) = Sampler(target(service, **more), [metric(name)], lambda _: None).look().values()
    return sample


def test_the_value_stands_beside_the_query_that_gave_it(prometheus: FakePrometheus) -> None:
    """
    Whoever reads the evidence sees what was asked.
    """
    assert looked(prometheus) == Sample(value=42.5, text=f"42.5 by {QUERY}")


def test_a_scalar_is_one_value_too(prometheus: FakePrometheus) -> None:
    """
    `scalar(…)` has no labels.
    """
    prometheus.value = {"status": "success", "data": {"resultType": "scalar", "result": [NOW, "3"]}}
    assert looked(prometheus).value == 3


@pytest.mark.parametrize(
    ("value", "says"),
    [
        pytest.param(vector(), "no series", id="empty"),
        pytest.param(vector("1", "2"), "2 series ({'pod': '0'}, {'pod': '1'}), want one", id="several"),
        pytest.param(vector(*"12345"), "5 series ({'pod': '0'}, {'pod': '1'}, {'pod': '2'}, …)", id="many"),
        pytest.param(vector("NaN"), "the value is nan", id="NaN"),
        pytest.param(vector("+Inf"), "the value is inf", id="infinite"),
        pytest.param(vector("much"), "want a time and a number", id="no number"),
        pytest.param(
            {**vector("1"), "warnings": ["remote read failed"]}, "Prometheus warns: ['remote read", id="warned"
        ),
        pytest.param({"status": "error", "errorType": "timeout", "error": "too slow"}, "timeout: too slow", id="error"),
        pytest.param({"status": "success", "data": []}, "got data '[]', want a result", id="other data"),
        pytest.param({"status": "success", "data": {"resultType": "matrix", "result": []}}, "got a matrix", id="range"),
        pytest.param(
            {"status": "success", "data": {"resultType": "vector", "result": [7]}}, "got '[7]'", id="odd series"
        ),
        pytest.param({"data": {}}, "want an answer with a status", id="no status"),
        pytest.param([1], "want an answer with a status", id="a list"),
        pytest.param(b"<html>Sign in</html>", "want JSON", id="a page"),
        pytest.param(b"[" * 100_000, "want JSON", id="deep"),
        pytest.param(b"x" * 1_048_577, "got more than 1 MiB", id="endless"),
    ],
)
def test_what_is_no_single_number_is_an_error_with_the_query(prometheus: FakePrometheus, value: Any, says: str) -> None:
    """
    HTTP says 200 all the time; none of these becomes a value.
    """
    prometheus.value = value
    sample = looked(prometheus)
    assert sample.value is None
    assert says in sample.error


def test_an_error_status_is_read_for_its_reason(prometheus: FakePrometheus) -> None:
    """
    Prometheus says in the body what is wrong with a query.
    """
    prometheus.status, prometheus.value = 400, {"status": "error", "errorType": "bad_data", "error": "parse error"}
    assert looked(prometheus).error == f"Prometheus: bad_data: parse error, by {QUERY}"


@pytest.mark.parametrize(
    ("age", "says"),
    [
        pytest.param(vector("121"), "stale: a sample is 121 s old, want 120 s at most", id="old"),
        pytest.param(vector(), "no series", id="a value of nothing"),
        pytest.param(vector("NaN"), "the value is nan", id="no age"),
    ],
)
def test_a_stale_value_is_an_error(prometheus: FakePrometheus, age: Any, says: str) -> None:
    """
    Prometheus shows a value for five minutes after the last scrape, and `or vector(0)` shows one for ever.
    """
    prometheus.age = age
    assert looked(prometheus).error == f"{says}, by {QUERY}"


def test_a_query_without_series_has_no_age(prometheus: FakePrometheus) -> None:
    """
    A constant is never stale.
    """
    prometheus.age = vector()
    assert looked(prometheus, prometheus_queries={NAME: "vector(42.5)"}).value == 42.5


def test_a_query_stands_in_for_the_source_of_another_metric(prometheus: FakePrometheus) -> None:
    """
    Where the broker cannot be reached from here, Prometheus knows the queue; the broker's address is not needed.
    """
    queries = {"celery.queue_tasks": "sum(celery_queue_length)", "service.available_percent": "min(up)"}
    prometheus.value = vector("1")
    asked = [metric(name) for name in queries]
    samples = Sampler(target(prometheus, prometheus_queries=queries), asked, lambda _: None).look()
    assert samples == {
        "celery.queue_tasks": Sample(value=1, text="1 by sum(celery_queue_length)"),
        "service.available": Sample(value=1, text="1 by min(up)"),
    }


def test_one_bad_query_does_not_spoil_the_others(prometheus: FakePrometheus) -> None:
    """
    Users' requests are no single number; the pool is told all the same.
    """
    both = {NAME: QUERY, "users.failed_percent": "1"}
    assert looked(prometheus, prometheus_queries=both).value == 42.5
    assert (
        "users.failed_percent is no single number"
        in looked(prometheus, "users.failed_percent", prometheus_queries=both).error
    )


def test_a_prometheus_that_is_gone_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Every metric of it has the error, and no other query is tried.
    """
    gone = Service(url=nobody().replace("redis", "http").removesuffix("/0"))
    names = {f"prometheus.{word}_count": "up" for word in ("a", "b")}
    samples = Sampler(target(gone, prometheus_queries=names), [metric(name) for name in names], lambda _: None).look()
    assert [sample.error.partition("query")[0] for sample in samples.values()] == [
        f"Prometheus: GET {gone.url}/api/v1/"
    ] * 2


def test_the_token_goes_with_the_query_and_nowhere_else(prometheus: FakePrometheus) -> None:
    """
    It stands in the header, and in no sample.
    """
    sample = looked(prometheus, prometheus_token=SecretStr("s3cret-word"))
    assert {header for _, header in prometheus.asked} == {"Bearer s3cret-word"}
    assert "s3cret-word" not in str(sample)


def test_what_is_not_set_is_named(prometheus: FakePrometheus) -> None:
    """
    The address, the table of queries, and the query of the metric itself.
    """
    pool = metric(NAME)
    assert missing(pool, target(prometheus, prometheus_url=None)) == ["`prometheus_url` in targets/t.toml"]
    assert missing(pool, target(prometheus, prometheus_queries={})) == ["`prometheus_queries` in targets/t.toml"]
    assert looked(prometheus, "prometheus.other_percent").error == (
        "not configured: set `prometheus_queries.prometheus.other_percent` in targets/t.toml"
    )


def test_a_metric_whose_own_source_needs_what_no_target_of_the_suite_has_is_asked_of_prometheus() -> None:
    """
    The way out names no key that the target's file refuses: the query, once there is a Prometheus to ask.
    """
    of_another_suite = metric("database.connections_percent")
    bare = Target(name="t", environment="staging", base_url="http://127.0.0.1:9")
    assert missing(of_another_suite, bare) == [
        "`prometheus_url` in targets/t.toml",
        "`prometheus_queries` in targets/t.toml",
    ]
    asked = {"prometheus_url": "http://127.0.0.1:9", "prometheus_queries": {"celery.queue_tasks": "1"}}
    assert missing(of_another_suite, bare.model_copy(update=asked)) == [
        "`prometheus_queries.database.connections_percent` in targets/t.toml"
    ]


def with_pool(unit: str = "%") -> Plan:
    """The small plan with a criterion on a metric that only a query gives."""
    limit = {"op": "<", "value": 80, "unit": unit}
    facts = {"id": "pool", "phases": ["stage"], "states": "the pool is not full", "source": "metric", "next": "mend it"}
    pool = Criterion.model_validate({**facts, "metric": NAME, "limit": limit, "max_age": "1d"})
    return PLAN.model_copy(update={"criteria": (*PLAN.criteria, pool)})


def to_set(plan: Plan, target: Target) -> dict[str, str]:
    """What the doctor tells to set, by criterion."""
    return {lack.criterion: lack.way_out for lack in lacks(plan, target)}


def test_a_plan_names_a_metric_that_only_a_query_gives(prometheus: FakePrometheus) -> None:
    """
    Unit and direction are checked by its name, and the doctor says where no query stands.
    """
    assert (metric(NAME).kind, metric(NAME).unit) == (MetricKind.GAUGE, "%")
    source = source_of(NAME)
    assert source is not None
    assert source.name == "prometheus"
    assert "stage.pool" not in to_set(with_pool(), target(prometheus))
    assert "prometheus_queries" in to_set(with_pool(), target(prometheus, prometheus_queries={}))["stage.pool"]
    with pytest.raises(ValueError, match="is measured in '%'"):
        with_pool("tasks")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('rate(up{job="a"}[5m] offset 1m)', ['up{job="a"}']),
        ("sum by (job) (a) / on(job) group_left b", ["a", "b"]),
        ("sum(a) without (pod) + count(b) by (pod) > bool 1e3", ["a", "b"]),
        ('{__name__=~"a|b", x="}"} or c:d', ['{__name__=~"a|b", x="}"}', "c:d"]),
        ("a - a", ["a"]),
        ("vector(1) + 0x1F + inf and time() # up", []),
        ("max_over_time(a{x='(b)'}[1h:5m] @ end())", ["a{x='(b)'}"]),
    ],
)
def test_the_series_that_a_query_reads_are_found(query: str, found: list[str]) -> None:
    """
    Names of functions, labels, words in quotes and numbers are no series.
    """
    assert selectors(query) == found


def test_the_age_of_a_query_is_that_of_its_oldest_series() -> None:
    """
    One question for all of them; a query without series has none.
    """
    assert age_of("a + b") == (
        'time() - min(label_replace(timestamp(a), "selector", "0", "", "")'
        ' or label_replace(timestamp(b), "selector", "1", "", ""))'
    )
    assert age_of("1") == ""
