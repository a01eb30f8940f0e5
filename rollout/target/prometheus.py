"""What Prometheus and Grafana say about themselves: scraped targets, loaded alert rules, data sources."""

import re
from collections.abc import Iterable
from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, RootModel

from rollout.target.answer import asked, expect_as
from rollout.target.http import Client

NO_METRICS = re.compile(
    r"\{[^{}]*\}|\[[^\[\]]*\]|\"[^\"]*\"|'[^']*'|\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)"
)
NAME = re.compile(r"(?<![\w:.])(?P<name>[a-zA-Z_:][\w:]*)\b(?!\s*\()")
KEYWORDS = {"and", "or", "unless", "bool", "offset", "atan2", "inf", "Inf", "nan", "NaN"}
Data = TypeVar("Data", bound="Part")


class Part(BaseModel):
    """A piece of an answer, as far as it is read."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Scraped(Part):
    labels: dict[str, str]
    health: str
    lastError: str = ""


class Targets(Part):
    activeTargets: tuple[Scraped, ...]


class Rule(Part):
    name: str
    query: str
    health: str = "unknown"
    lastError: str = ""


class Group(Part):
    name: str
    rules: tuple[Rule, ...]


class Rules(Part):
    groups: tuple[Group, ...]


class Series(Part):
    metric: dict[str, str]


class Vector(Part):
    result: tuple[Series, ...]


class Source(Part):
    uid: str
    name: str
    type: str


class Sources(RootModel[tuple[Source, ...]]):
    """Grafana's data sources."""


class GrafanaHealth(Part):
    database: str
    version: str


class SourceHealth(Part):
    status: str
    message: str = ""


class Envelope(Part):
    status: Literal["success"]
    data: dict[str, Any]


def scraped(prometheus: Client, job: str) -> list[Scraped]:
    """The targets that Prometheus scrapes for *job*."""
    active = data_of(Targets, prometheus.get("/api/v1/targets", params={"state": "active"})).activeTargets
    return [target for target in active if target.labels.get("job") == job]


def alert_rules(prometheus: Client) -> dict[str, Rule]:
    """Every alert rule that is loaded, by name."""
    groups = data_of(Rules, prometheus.get("/api/v1/rules", params={"type": "alert"})).groups
    return {rule.name: rule for group in groups for rule in group.rules}


def metrics_in(query: str) -> set[str]:
    """The names of metrics in a PromQL expression, without functions, labels and grouping."""
    bare = NO_METRICS.sub(" ", query)
    return {match["name"] for match in NAME.finditer(bare) if match["name"] not in KEYWORDS}


def present(prometheus: Client, names: Iterable[str]) -> set[str]:
    """Those of *names* that Prometheus has a sample of now."""
    query = f'count by (__name__) ({{__name__=~"{"|".join(sorted(names))}"}})'
    found = data_of(Vector, prometheus.get("/api/v1/query", params={"query": query})).result
    return {series.metric.get("__name__", "") for series in found}


def data_of(shape: type[Data], answer: httpx.Response) -> Data:
    """The data of an answer of Prometheus."""
    data = expect_as(Envelope, answer).data
    try:
        return shape.model_validate(data)
    except ValueError:
        raise AssertionError(f"{asked(answer.request)}: got other data, want {shape.__name__.lower()}") from None
