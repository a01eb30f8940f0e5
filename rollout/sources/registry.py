"""The registry of metrics: those of the engine, and those of the sources of samples."""

from functools import cache

from rollout.metrics.builtin import BUILT_IN, STATISTICS, of_query, of_requests
from rollout.metrics.kinds import Metric
from rollout.nearest import unknown
from rollout.sources.installed import source_types
from rollout.sources.source import SourceType


def metric(name: str) -> Metric:
    """
    The metric of that *name*: a registered one, `<locust name>.<statistic>`, or `prometheus.<what>_<unit>`.

    Raises ValueError with the nearest registered name.
    """
    there = known()
    if found := there.get(name) or of_requests(name) or of_query(name):
        return found
    names = [*there, *(f"all.{statistic}" for statistic in STATISTICS)]
    raise ValueError(unknown("source provides metric", name, names))


def known() -> dict[str, Metric]:
    """Name → metric, without those whose names are composed: of requests of a load, and of queries."""
    return known_with(source_types())


def source_of(name: str) -> SourceType | None:
    """The source that samples the metric *name*; None where the engine measures it itself."""
    if of_query(name):
        return source_named("prometheus")
    return next((each for each in source_types() if name in [metric.name for metric in each.metrics]), None)


def source_named(name: str) -> SourceType | None:
    """The source of that *name*; None where it is not installed."""
    return next((each for each in source_types() if each.name == name), None)


@cache
def known_with(types: tuple[SourceType, ...]) -> dict[str, Metric]:
    """
    The metrics of the engine and of *types*; ValueError where two of them define one name differently.

    The metrics of users' traffic belong to the engine, whichever source samples them.
    """
    found = {metric.name: metric for metric in BUILT_IN}
    for each in types:
        for metric in each.metrics:
            if metric != found.get(metric.name, metric):
                raise ValueError(f"metric {metric.name!r} comes from {found[metric.name].source!r} and {each.name!r}")
            found[metric.name] = metric
    return found
