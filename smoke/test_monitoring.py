"""Is somebody watching? Prometheus scrapes and carries the plan's alerts, and Grafana can read it."""

from collections.abc import Callable, Iterator

import pytest

from rollout.alerts import disagreement
from rollout.plan import load_plan
from rollout.target.answer import expect_as
from rollout.target.http import Client
from rollout.target.obstacle import Obstacle, needed
from rollout.target.prometheus import (
    LATER,
    AlertRule,
    DataSourceHealth,
    DataSources,
    GrafanaHealth,
    alert_rules,
    described,
    metrics_in,
    present,
    scraped,
    without_samples,
)
from rollout.target.token_client import TokenClient
from rollout.target.wait import eventually
from xcodereviewer.target import XcrTarget

pytestmark = [
    pytest.mark.criterion("monitoring-configured"),
    pytest.mark.promise("plan: Monitoring configured (Prometheus, Grafana)"),
]
Record = Callable[[str, object], None]
FIRST_SCRAPE_S = 5
FORGOTTEN_S = 15  # Prometheus keeps the description of a metric for ten scrapes after the metric is gone
NO_HEALTH = 404
NEWER = "update Grafana to 9 or newer, which asks a data source by its uid"


@pytest.fixture
def prometheus(target: XcrTarget) -> Iterator[Client]:
    """Prometheus, asked directly, by its token where it wants one."""
    with TokenClient(target, needed(target, "prometheus_url"), "prometheus_token") as client:
        yield client


@pytest.fixture
def grafana(target: XcrTarget) -> Iterator[Client]:
    """Grafana, by its token where it wants one."""
    with TokenClient(target, needed(target, "grafana_url"), "grafana_token") as client:
        yield client


@pytest.fixture
def rules(prometheus: Client) -> dict[str, AlertRule]:
    """The alert rules that Prometheus has loaded."""
    return alert_rules(prometheus)


def test_prometheus_scrapes_the_backend(target: XcrTarget, prometheus: Client, record_property: Record) -> None:
    """
    Prometheus has the backend among its targets, reached every instance at its last attempt, and got metrics from it.
    """
    job = needed(target, "prometheus_job")

    def every_instance_up() -> int:
        found = scraped(prometheus, job)
        assert found, f"Prometheus: got no target of job {job!r}, want at least one"
        down = [f"{one.labels.get('instance')}: {one.health} {one.lastError}" for one in found if one.health == "down"]
        assert not down, f"Prometheus: got {down}, want them up"
        if unseen := [one.labels.get("instance") for one in found if one.health != "up"]:
            raise Obstacle(f"Prometheus has not scraped {unseen} yet", "run it again after its scrape interval")
        empty = without_samples(prometheus, job)
        assert not empty, f"Prometheus: got no metric from {', '.join(empty)}, want some"
        return len(found)

    record_property("prometheus.targets_up_count", eventually(every_instance_up, within=FIRST_SCRAPE_S))


def test_the_alerts_of_the_plan_are_loaded(rules: dict[str, AlertRule], record_property: Record) -> None:
    """
    Prometheus carries a rule for each alert of the plan, and can evaluate it.
    """
    wanted = {alert.rule for alert in load_plan().alerts}
    record_property("alert_rules_count", len(wanted & rules.keys()))
    assert not wanted - rules.keys(), f"Prometheus: got no rule {sorted(wanted - rules.keys())}; it has {sorted(rules)}"
    broken = {name: rules[name].lastError for name in wanted if rules[name].health == "err"}
    assert not broken, f"Prometheus: got rules that cannot be evaluated: {broken}"


def test_the_alerts_have_something_to_look_at(
    prometheus: Client, rules: dict[str, AlertRule], record_property: Record
) -> None:
    """
    Prometheus has every metric that the plan's rules name: a rule on a metric that is not there never alerts.
    """
    wanted = {
        name for alert in load_plan().alerts if alert.rule in rules for name in metrics_in(rules[alert.rule].query)
    }
    assert wanted, "Prometheus: got no metric in the rules of the plan"

    def every_metric_there() -> int:
        absent = wanted - present(prometheus, wanted)
        if not absent:
            return len(wanted)
        gone = {name for name in absent if not described(prometheus, name)}
        assert not gone, f"Prometheus: got no {', '.join(sorted(gone))}, which the rules look at"
        raise Obstacle(f"Prometheus: {', '.join(sorted(absent))} is described and has counted nothing yet", LATER)

    record_property("alert_metrics_count", eventually(every_metric_there, within=FORGOTTEN_S))


def test_the_thresholds_are_those_of_the_plan(rules: dict[str, AlertRule]) -> None:
    """
    Each rule alerts at the number that the plan states.
    """
    pairs = [(rules[alert.rule], alert.limit) for alert in load_plan().alerts if alert.rule in rules]
    assert pairs, "Prometheus: got no rule of the plan"
    wrong = [complaint for rule, limit in pairs if (complaint := disagreement(rule, limit))]
    assert not wrong, "; ".join(wrong)


def test_grafana_is_healthy(grafana: Client, record_property: Record) -> None:
    """
    Grafana answers and reaches its own database.
    """
    health = expect_as(GrafanaHealth, grafana.get("/api/health"))
    record_property("grafana.version", health.version)
    assert health.database == "ok", f"Grafana's database: got {health.database!r}, want 'ok'"


def test_grafana_reads_prometheus(grafana: Client) -> None:
    """
    Grafana has a Prometheus data source, and an answer from it.
    """
    listed = expect_as(DataSources, grafana.get("/api/datasources")).root
    sources = [one for one in listed if one.type == "prometheus"]
    assert sources, "Grafana: got no data source of type prometheus, want one"
    for source in sources:
        answer = grafana.get(f"/api/datasources/uid/{source.uid}/health")
        if answer.status_code == NO_HEALTH:
            raise Obstacle(f"Grafana does not tell whether its data source {source.name} answers", NEWER)
        health = expect_as(DataSourceHealth, answer)
        assert health.status == "OK", f"Grafana: {source.name}: got {health.message!r}"
