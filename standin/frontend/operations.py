"""The operations side: an ingest that counts error events as Sentry does, Grafana's health, and Redis's memory as Prometheus metrics."""

from collections import deque
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from standin import faults, probe
from standin.frontend.envelope import decoded, event_id, events
from standin.frontend.frontend_settings import FrontendSettings

REMEMBERED = 100
GRAFANA_VERSION = "11.0.0"
REDIS_METRICS = {"redis_memory_used_bytes": "used_memory", "redis_memory_max_bytes": "maxmemory"}


class Operations:
    """The operations endpoints: Sentry's ingest, Grafana, and metrics of Redis."""

    def __init__(self, settings: FrontendSettings) -> None:
        self.settings = settings
        self.count = 0
        self.events: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)

    def app(self) -> ASGIApp:
        """The application, with the paths of the real services."""
        sources = "/grafana/api/datasources"
        return Starlette(
            routes=[
                Route("/health", self.health),
                Route("/metrics", self.metrics),
                Route("/api/{project:int}/envelope/", self.ingest, methods=["POST"]),
                Route("/api/{project:int}/events", self.list_events),
                Route("/grafana/api/health", self.grafana_health),
                Route(sources, self.grafana_sources),
                Route(sources + "/uid/{uid}/health", self.grafana_source_health),
            ]
        )

    async def health(self, request: Request) -> Response:
        """The health check for the launcher."""
        return JSONResponse({"status": "healthy"})

    async def metrics(self, request: Request) -> Response:
        """The metrics of Redis in the format of redis_exporter."""
        return PlainTextResponse(await redis_metrics(self.settings.redis_url))

    async def ingest(self, request: Request) -> Response:
        """Accept an envelope from a client with the right key."""
        if faults.active("sentry-refuses") is not None or not self._authorised(request):
            return JSONResponse({"detail": "event submission rejected with_reason: ProjectId"}, status_code=403)
        try:
            envelope = decoded(await request.body(), request.headers.get("content-encoding", ""))
            found = list(events(envelope))
            identifier = event_id(envelope)
        except (ValueError, OSError, EOFError, AttributeError) as error:
            return JSONResponse({"detail": f"invalid envelope: {error}"}, status_code=400)
        for event in found:
            self._remember(event)
        return JSONResponse({"id": identifier})

    def _authorised(self, request: Request) -> bool:
        given = request.headers.get("x-sentry-auth", "") + "," + f"sentry_key={request.query_params.get('sentry_key')}"
        return f"sentry_key={self.settings.sentry_key}" in given.replace(" ", ",").split(",")

    def _remember(self, event: dict[str, Any]) -> None:
        self.count += 1
        kept = {name: event.get(name) for name in ("event_id", "level", "message", "environment", "release")}
        self.events.append({**kept, "received_at": datetime.now(UTC).isoformat()})

    async def list_events(self, request: Request) -> Response:
        """The number of events, and the last ones."""
        return JSONResponse({"count": self.count, "items": list(self.events)})

    async def grafana_health(self, request: Request) -> Response:
        """Grafana's own health check."""
        if faults.active("grafana-down") is not None:
            return JSONResponse({"database": "failing", "version": GRAFANA_VERSION}, status_code=503)
        return JSONResponse({"commit": "standin", "database": "ok", "version": GRAFANA_VERSION})

    async def grafana_sources(self, request: Request) -> Response:
        """The data source of Grafana: Prometheus if there is one, else the backend itself."""
        if faults.active("grafana-down") is not None:
            return JSONResponse({"message": "unavailable"}, status_code=503)
        url = self.settings.prometheus_url or f"{self.settings.api_base_url}/metrics"
        return JSONResponse([{"uid": "prometheus", "name": "Prometheus", "type": "prometheus", "url": url}])

    async def grafana_source_health(self, request: Request) -> Response:
        """Ask the data source itself, as Grafana would."""
        if request.path_params["uid"] != "prometheus":
            return JSONResponse({"message": "Data source not found"}, status_code=404)
        if faults.active("grafana-down") is not None or not await self._source_answers():
            return JSONResponse({"status": "ERROR", "message": "the data source does not answer"}, status_code=503)
        return JSONResponse({"status": "OK", "message": "Successfully queried the Prometheus API."})

    async def _source_answers(self) -> bool:
        if self.settings.prometheus_url is None:
            return await probe.answers_ok(self.settings.backend_port, "/metrics")
        return await probe.answers_ok(int(self.settings.prometheus_url.rpartition(":")[2]), "/-/healthy")


async def redis_metrics(url: str) -> str:
    """The metrics of the server at *url*; if it is down, `redis_up 0` only."""
    from redis.asyncio import Redis  # imported late: it takes longer than all other imports here
    from redis.exceptions import RedisError

    try:
        async with Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1) as client:
            return metrics_text(await client.info("memory"))
    except (RedisError, OSError):
        return "redis_up 0\n"


def metrics_text(memory: dict[str, Any]) -> str:
    """The metrics of Redis's memory in Prometheus's text format, named as redis_exporter names them."""
    values = [f"{name} {int(memory[field])}" for name, field in REDIS_METRICS.items()]
    return "\n".join(["redis_up 1", *values, ""])
