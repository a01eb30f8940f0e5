"""What Prometheus and Grafana have not seen yet, or do not tell, is no defect of the monitoring."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from rollout.plan import load_plan
from rollout.target.deadline import TooLate
from rollout.target.http import Client
from rollout.target.obstacle import Obstacle
from rollout.target.prometheus import AlertRule
from smoke import test_monitoring as checks
from tests.target.allowed import target_at
from tests.watch.service import Service, serving

RULE = load_plan().alerts[0].rule
COUNTER = "request_errors_total"
RULES = {RULE: AlertRule(name=RULE, query=f"sum(rate({COUNTER}[5m])) > 1")}
QUERY, METADATA, TARGETS = "/api/v1/query", "/api/v1/metadata", "/api/v1/targets"
SOURCES = "/api/datasources"
HEALTH = f"{SOURCES}/uid/p/health"


@dataclass
class Monitoring(Service):
    """A Prometheus and a Grafana; *now* and *described* are about COUNTER, *tells* is whether other metrics are described."""

    now: bool = False
    described: tuple[str, ...] = ()
    tells: bool = True

    def answer(self, path: str) -> tuple[int, bytes]:
        """What is asked for, by its query."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        if "query" in asked:
            empty = "scrape_samples_scraped" in asked["query"]
            series = {"__name__": "scrape_samples_scraped", "instance": "i:1"} if empty else {"__name__": COUNTER}
            self.answers[QUERY] = told({"result": [{"metric": series}] if self.now else []})
        if "metric" in asked and METADATA not in self.once:
            self.answers[METADATA] = told({asked["metric"]: [{}]} if asked["metric"] in self.described else {})
        if "limit" in asked and METADATA not in self.once:
            self.answers[METADATA] = told({"up": [{}]} if self.tells else {})
        return super().answer(path)


def told(data: dict[str, Any]) -> tuple[int, Any]:
    """An answer of Prometheus."""
    return 200, {"status": "success", "data": data}


@pytest.fixture
def monitoring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Monitoring]:
    """A monitoring that is looked at once."""
    for name in ("FIRST_SCRAPE_S", "FORGOTTEN_S"):
        monkeypatch.setattr(checks, name, 0)
    with serving(Monitoring()) as running:
        assert isinstance(running, Monitoring)
        yield running


def looked_at(monitoring: Monitoring) -> dict[str, object]:
    """What the check of the metrics records."""
    record: dict[str, object] = {}
    with Client(monitoring.url) as prometheus:
        checks.test_the_alerts_have_something_to_look_at(prometheus, RULES, record.__setitem__)
    return record


@pytest.mark.parametrize("family", [COUNTER, COUNTER.removesuffix("_total")])
def test_a_counter_that_has_counted_nothing_yet_is_an_obstacle(monitoring: Monitoring, family: str) -> None:
    """
    A page describes it, by its name or by that of its family, before its labels have a first value.
    """
    monitoring.described = (family,)
    with pytest.raises(Obstacle, match=f"Prometheus: {COUNTER} is described and has counted nothing yet"):
        looked_at(monitoring)


@pytest.mark.parametrize(("tells", "kind"), [(True, TooLate), (False, Obstacle)])
def test_a_metric_that_nobody_describes_accuses(
    monitoring: Monitoring, tells: bool, kind: type[AssertionError]
) -> None:
    """
    Where Prometheus describes others; one that describes none tells nothing of this one.
    """
    monitoring.tells = tells
    with pytest.raises(kind, match=f"no {COUNTER}, which the rules look at" if tells else "describes no metric"):
        looked_at(monitoring)


def test_a_metric_with_a_sample_is_there(monitoring: Monitoring) -> None:
    """
    Nobody is asked for its description.
    """
    monitoring.now = True
    assert looked_at(monitoring) == {"alert_metrics_count": 1}
    assert [path for path, _ in monitoring.asked if METADATA in path] == []


@pytest.mark.parametrize(("health", "kind"), [("unknown", Obstacle), ("down", AssertionError)])
def test_an_instance_that_was_not_scraped_yet_is_not_down(
    monitoring: Monitoring, health: str, kind: type[AssertionError]
) -> None:
    """
    Prometheus calls it unknown until the first scrape.
    """
    one = {"labels": {"job": "b", "instance": "i:1"}, "health": health, "lastError": ""}
    monitoring.answers[TARGETS] = told({"activeTargets": [one]})
    target = target_at(monitoring.url, prometheus_job="b")
    with Client(monitoring.url) as prometheus, pytest.raises(AssertionError, match="i:1") as found:
        checks.test_prometheus_scrapes_the_backend(target, prometheus, dict[str, object]().__setitem__)
    assert isinstance(found.value, Obstacle) is (kind is Obstacle)


@pytest.mark.parametrize("is_empty", [False, True])
def test_an_instance_whose_page_is_empty_accuses(monitoring: Monitoring, is_empty: bool) -> None:
    """
    Prometheus calls it up, and dashboards show nothing.
    """
    one = {"labels": {"job": 'b"', "instance": "i:1"}, "health": "up", "lastError": ""}
    monitoring.answers[TARGETS], monitoring.now = told({"activeTargets": [one]}), is_empty
    target, record = target_at(monitoring.url, prometheus_job='b"'), dict[str, object]()
    with Client(monitoring.url) as prometheus:
        if is_empty:
            with pytest.raises(TooLate, match="got no metric from i:1, want some"):
                checks.test_prometheus_scrapes_the_backend(target, prometheus, record.__setitem__)
        else:
            checks.test_prometheus_scrapes_the_backend(target, prometheus, record.__setitem__)
    assert record == ({} if is_empty else {"prometheus.targets_up_count": 1})


@pytest.mark.parametrize(("status", "kind"), [(404, Obstacle), (503, AssertionError)])
def test_a_grafana_without_the_health_of_sources_is_an_obstacle(
    monitoring: Monitoring, status: int, kind: type[AssertionError]
) -> None:
    """
    Before version 9 it has no such page; one that fails accuses.
    """
    monitoring.answers |= {SOURCES: (200, [{"uid": "p", "name": "P", "type": "prometheus"}]), HEALTH: (status, {})}
    with Client(monitoring.url) as grafana, pytest.raises(AssertionError) as found:
        checks.test_grafana_reads_prometheus(grafana)
    assert isinstance(found.value, Obstacle) is (kind is Obstacle)
