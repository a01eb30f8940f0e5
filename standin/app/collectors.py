"""Metrics of other services: collected at a scrape, absent if their source does not answer."""

from collections.abc import Iterable

import psycopg
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from starlette.datastructures import State

from standin.app.cache import UNAVAILABLE
from standin.app.database import Row
from standin.messages import QUEUE

BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)
RUNS = """
SELECT task_name, status, width_bucket(seconds, %s::float8[]) AS bucket, count(*)::int AS n, sum(seconds) AS seconds
FROM task_runs GROUP BY 1, 2, 3
"""


class Foreign:
    """A collector that returns the metrics gathered last."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.families: list[Metric] = []
        registry.register(self)

    def collect(self) -> Iterable[Metric]:
        return self.families


async def collect(state: State) -> None:
    used = state.database.usage()["checked_out_connections"]
    families: list[Metric] = [GaugeMetricFamily("db_connections_active", "Connections in use", value=used)]
    families += await _runs(state)
    families += await _queue(state)
    state.foreign.families = families
    for service, breaker in {"redis": state.breaker, "celery_broker": state.dispatcher.breaker}.items():
        state.metrics.breakers.labels(service).set(int(breaker.open))


async def _queue(state: State) -> list[Metric]:
    try:
        waiting = await state.broker.llen(QUEUE)
    except UNAVAILABLE:
        return []
    length = GaugeMetricFamily("celery_queue_length", "Messages waiting", labels=["queue_name"])
    length.add_metric([QUEUE], waiting)
    return [length]


async def _runs(state: State) -> list[Metric]:
    try:
        rows = await state.database.rows(RUNS, (list(BOUNDS),))
    except psycopg.OperationalError:
        return []
    total = CounterMetricFamily("celery_tasks", "Task runs by their end", labels=["task_name", "status"])
    for name, status in sorted({(row["task_name"], row["status"]) for row in rows}):
        total.add_metric(
            [name, status], sum(row["n"] for row in rows if (row["task_name"], row["status"]) == (name, status))
        )
    return [total, _durations(rows)]


def _durations(rows: list[Row]) -> HistogramMetricFamily:
    durations = HistogramMetricFamily("celery_task_duration_seconds", "Time of a run", labels=["task_name"])
    for name in sorted({row["task_name"] for row in rows}):
        mine = [row for row in rows if row["task_name"] == name]
        within = [sum(row["n"] for row in mine if row["bucket"] <= place) for place in range(len(BOUNDS))]
        buckets = [*zip(map(str, BOUNDS), within, strict=True), ("+Inf", sum(row["n"] for row in mine))]
        durations.add_metric([name], buckets, sum(row["seconds"] for row in mine))
    return durations
