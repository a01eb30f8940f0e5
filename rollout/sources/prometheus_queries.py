"""Sample Prometheus: for each metric that the target names a query for, its one value now."""

from math import isfinite
from typing import TYPE_CHECKING, Any

from rollout.evidence.records import Sample
from rollout.metrics.kinds import Metric, MetricKind
from rollout.sources.promql import age_of
from rollout.sources.source import SourceError, given
from rollout.values import MIB

if TYPE_CHECKING:
    from rollout.target import Target

PATH = "/api/v1/query"
TIMEOUT_S = 3.0
MOST_BYTES = MIB
OLDEST_S = 120.0  # Prometheus itself shows samples for 5 minutes; scrapes are a minute apart at most
SHOWN = 3
KINDS = (MetricKind.GAUGE, MetricKind.AVAILABILITY)  # one number a moment


class NoPrometheus(SourceError):
    """Prometheus itself does not answer: the other queries are not tried."""


class Prometheus:
    """
    Instant queries, each of which must have one fresh, finite value.

    A query defines a metric of its own, such as `prometheus.pool_percent`, or replaces the source of another one.
    """

    name = "prometheus"
    metrics: tuple[Metric, ...] = ()  # any `prometheus.<what>_<unit>` that the target names a query for
    needs = ("prometheus_url", "prometheus_queries")

    def __init__(self, target: "Target") -> None:
        from rollout.target.deadline import each
        from rollout.target.http import Client, bearer

        self._headers = bearer(target.prometheus_token)
        self._client = Client(str(given(target.prometheus_url)).rstrip("/"), target.ca_file, each(TIMEOUT_S))
        self._queries = target.prometheus_queries

    def sample(self) -> dict[str, Sample]:
        """A sample or an error for each query; SourceError where Prometheus does not answer at all."""
        from rollout.sources.registry import metric

        return {metric(name).sampled: self._sample(metric(name), query) for name, query in self._queries.items()}

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _sample(self, of: Metric, query: str) -> Sample:
        """The value of one query, with the query as its text; the error in its place where there is no such value."""
        try:
            if of.kind not in KINDS:
                raise SourceError(f"{of.name} is no single number: prometheus_queries cannot give it")
            number = one_value(self._asked(query))
            self._refuse_stale(query)
        except NoPrometheus:
            raise
        except SourceError as error:
            return Sample(error=f"{error}, by {query}")
        return Sample(value=number, text=f"{number:g} by {query}")

    def _refuse_stale(self, query: str) -> None:
        """SourceError where the query reads series whose newest samples are too old, or no series at all."""
        if not (ages := age_of(query)):
            return
        age = one_value(self._asked(ages))
        if age > OLDEST_S:
            raise SourceError(f"stale: a sample is {age:.0f} s old, want {OLDEST_S:g} s at most")

    def _asked(self, query: str) -> dict[str, Any]:
        """The data of an answer; SourceError where there is none, or Prometheus warns that it is incomplete."""
        from rollout.target.http import NoAnswer, at_most

        options: dict[str, Any] = {"extensions": at_most(MOST_BYTES), "headers": self._headers}
        try:
            return data(self._client.get(PATH, params={"query": query}, **options).json())
        except NoAnswer as error:
            raise NoPrometheus(f"Prometheus: {error}") from None
        except AssertionError as error:
            raise SourceError(str(error)) from None


def data(document: object) -> dict[str, Any]:
    """The data of an answer; SourceError for an error, a warning, or anything else, whatever the HTTP status."""
    if not isinstance(document, dict) or document.get("status") not in ("success", "error"):
        raise SourceError(f"Prometheus: got {str(document)[:80]!r}, want an answer with a status")
    if document["status"] == "error":
        raise SourceError(f"Prometheus: {document.get('errorType')}: {document.get('error')}")
    if document.get("warnings"):
        raise SourceError(f"Prometheus warns: {document['warnings']}")
    found = document.get("data")
    if not isinstance(found, dict):
        raise SourceError(f"Prometheus: got data {str(found)[:80]!r}, want a result")
    return found


def one_value(found: dict[str, Any]) -> float:
    """The value of the one series of a result; SourceError where there is none, or several, or no number."""
    kind, result = found.get("resultType"), found.get("result")
    if kind not in ("vector", "scalar") or not isinstance(result, list):
        raise SourceError(f"Prometheus: got a {kind!s}, want one number now")
    if kind == "vector" and len(result) != 1:
        raise SourceError(
            f"{len(result)} series{examples(result)}, want one: take their sum or max" if result else "no series"
        )
    try:
        number = float((result[0]["value"] if kind == "vector" else result)[1])
    except (TypeError, KeyError, IndexError, ValueError):
        raise SourceError(f"Prometheus: got {str(result)[:80]!r}, want a time and a number") from None
    if not isfinite(number):
        raise SourceError(f"the value is {number}")
    return number


def examples(result: list[Any]) -> str:
    """The labels of the first few series, in brackets."""
    labels = [str(each.get("metric")) for each in result[:SHOWN] if isinstance(each, dict)]
    return f" ({', '.join(labels)}{', …' if len(result) > SHOWN else ''})"
