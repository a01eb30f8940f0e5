"""Probes of the sources' inputs: the /metrics page of each replica, and the queries of Prometheus."""

from contextlib import closing

from rollout.sources.prometheus_queries import Prometheus
from rollout.sources.source import SourceError
from rollout.sources.users_traffic import UsersTraffic
from rollout.target.message import one_line
from rollout.target.probe import Probe
from rollout.target.settings import Target
from rollout.values import numbered


def metrics_pages(target: Target) -> str:
    """Each replica's page counts requests."""
    with closing(UsersTraffic(target)) as source:
        faults = [sample.error for sample in source.sample().values() if sample.error]
    assert not faults, f"metrics_urls: {faults[0]}"
    return numbered(len(target.metrics_urls), "page counts requests", "pages count requests")


def queries(target: Target) -> str:
    """Each query of the target has one fresh number now."""
    with closing(Prometheus(target)) as source:
        try:
            found = source.sample()
        except (SourceError, ValueError) as error:
            raise AssertionError(f"prometheus_queries: {one_line(str(error))}") from None
    faults = [f"{name}: {sample.error}" for name, sample in found.items() if sample.error]
    assert not faults, f"prometheus_queries: {faults[0]}"
    return numbered(len(found), "query has a number", "queries have a number each")


SOURCE_PROBES = (
    Probe("metrics of users", ("metrics_urls",), metrics_pages, also=("metrics_ignore",)),
    Probe("Prometheus queries", ("prometheus_url", "prometheus_queries"), queries, after="Prometheus"),
)
