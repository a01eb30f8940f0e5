"""Read the state of Prometheus and Grafana: scraped targets, loaded alert rules, data sources."""

import json
import re
from collections.abc import Iterable
from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, RootModel

from rollout.target.answer import asked, expect_as
from rollout.target.http import Client
from rollout.target.obstacle import Obstacle

NO_METRICS = re.compile(
    r"\{[^{}]*\}|\[[^\[\]]*\]|\"[^\"]*\"|'[^']*'|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)"
)
NAME = re.compile(r"(?<![\w:.])(?P<name>[a-zA-Z_:][\w:]*)\b(?!\s*\()")
SUFFIX = re.compile(r"_(?:total|bucket|count|sum)$")  # a page describes the family, without it
ABSENT = 404
LATER = "run it again once the system has counted something there"
KEYWORDS = {"and", "or", "unless", "bool", "offset", "atan2", "inf", "Inf", "nan", "NaN"}
Data = TypeVar("Data", bound="AnswerPart")


class AnswerPart(BaseModel):
    """A piece of an answer, as far as it is read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Scraped(AnswerPart):
    labels: dict[str, str]
    health: str
    lastError: str = ""


class Targets(AnswerPart):
    activeTargets: tuple[Scraped, ...]


class AlertRule(AnswerPart):
    name: str
    query: str
    health: str = "unknown"
    lastError: str = ""


class RuleGroup(AnswerPart):
    name: str
    rules: tuple[AlertRule, ...]


class AlertRules(AnswerPart):
    groups: tuple[RuleGroup, ...]


class PrometheusSeries(AnswerPart):
    metric: dict[str, str]


class Vector(AnswerPart):
    result: tuple[PrometheusSeries, ...]


class DataSource(AnswerPart):
    uid: str
    name: str
    type: str


class DataSources(RootModel[tuple[DataSource, ...]]):
    """Grafana's data sources."""


class GrafanaHealth(AnswerPart):
    database: str
    version: str


class DataSourceHealth(AnswerPart):
    status: str
    message: str = ""


class PrometheusAnswer(AnswerPart):
    status: Literal["success"]
    data: dict[str, Any]


def scraped(prometheus: Client, job: str) -> list[Scraped]:
    """The targets that Prometheus scrapes for *job*."""
    active = data_of(Targets, prometheus.get("/api/v1/targets", params={"state": "active"})).activeTargets
    return [target for target in active if target.labels.get("job") == job]


def without_samples(prometheus: Client, job: str) -> list[str]:
    """The instances of *job* whose last page had no sample, though Prometheus could read it."""
    query = f"scrape_samples_scraped{{job={json.dumps(job)}}} == 0"
    found = data_of(Vector, prometheus.get("/api/v1/query", params={"query": query})).result
    return sorted(series.metric.get("instance", "") for series in found)


def alert_rules(prometheus: Client) -> dict[str, AlertRule]:
    """Every alert rule that is loaded, by name."""
    groups = data_of(AlertRules, prometheus.get("/api/v1/rules", params={"type": "alert"})).groups
    return {rule.name: rule for group in groups for rule in group.rules}


def metrics_in(query: str) -> set[str]:
    """The names of metrics in a PromQL expression, without functions, labels and grouping."""
    bare = NO_METRICS.sub(" ", query)
    return {match["name"] for match in NAME.finditer(bare) if match["name"] not in KEYWORDS}


def present(prometheus: Client, names: Iterable[str]) -> set[str]:
    """The *names* for which Prometheus has a current sample."""
    query = f'count by (__name__) ({{__name__=~"{"|".join(sorted(names))}"}})'
    found = data_of(Vector, prometheus.get("/api/v1/query", params={"query": query})).result
    return {series.metric.get("__name__", "") for series in found}


def described(prometheus: Client, name: str) -> bool:
    """
    Whether a page that Prometheus scrapes describes the metric *name*, with samples or without.

    A counter with labels has no sample before it first counts. Obstacle if Prometheus does not tell descriptions.
    """
    if any(metadata(prometheus, metric=known) for known in dict.fromkeys((name, SUFFIX.sub("", name)))):
        return True
    if not metadata(prometheus, limit="1"):
        raise Obstacle(f"Prometheus describes no metric, so nobody tells whether {name} is one", LATER)
    return False


def metadata(prometheus: Client, **chosen: str) -> object:
    """The descriptions of metrics, all or those *chosen*; none where Prometheus has no such page."""
    answer = prometheus.get("/api/v1/metadata", params=chosen)
    return None if answer.status_code == ABSENT else expect_as(PrometheusAnswer, answer).data


def data_of(shape: type[Data], answer: httpx.Response) -> Data:
    """The data of an answer of Prometheus."""
    data = expect_as(PrometheusAnswer, answer).data
    try:
        return shape.model_validate(data)
    except ValueError:
        raise AssertionError(f"{asked(answer.request)}: got other data, want {in_words(shape)}") from None


def in_words(shape: type[AnswerPart]) -> str:
    """The name of a *shape* in words: AlertRules is `alert rules`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", shape.__name__).lower()
