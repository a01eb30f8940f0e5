"""What administrators see of the machinery; everything here is measured when asked."""

import asyncio
import re
from datetime import datetime
from typing import Annotated, Any

import psycopg
from fastapi import APIRouter, Query, Request
from pydantic import BeforeValidator
from redis.asyncio import Redis
from starlette.datastructures import State
from starlette.responses import Response

from standin import faults
from standin.app.access import Admin
from standin.app.answers import answer
from standin.app.cache import UNAVAILABLE
from standin.app.error_responses import ApiError, documented
from standin.app.routes import API
from standin.app.schemas import monitoring as schema
from standin.messages import QUEUE

router = APIRouter(prefix=f"{API}/monitoring", tags=["monitoring"])


def _written(value: object) -> object:
    """A moment is written as a date with a time; a bare number is none."""
    if isinstance(value, str) and not re.match(r"\d{4}-\d\d-\d\d[Tt ]", value):
        raise ValueError("a moment is written like 2026-01-31T12:00:00Z")
    return value


Moment = Annotated[datetime, BeforeValidator(_written)]
ERRORS = "SELECT * FROM error_log WHERE at >= coalesce(%s, '-infinity'::timestamptz) ORDER BY id DESC LIMIT 100"
ERROR_COUNTS = """
SELECT count(*) AS total, count(*) FILTER (WHERE level = 'critical') AS critical
FROM error_log WHERE at >= coalesce(%s, '-infinity'::timestamptz)
"""


@router.get("/health", response_model=schema.SystemHealth, responses=documented(401, 403))
async def system_health(request: Request, admin: Admin) -> Response:
    state = request.app.state
    names = ("database", "redis", "celery")
    found = list(await asyncio.gather(_database(state), _redis(state), _celery(state)))
    if faults.active("monitoring-always-healthy"):
        found = [{"healthy": True, "issues": []} for _ in names]
    components = dict(zip(names, found, strict=True))
    return answer({"healthy": all(part["healthy"] for part in found), "components": components})


async def _database(state: State) -> dict[str, Any]:
    try:
        await state.database.row("SELECT 1 AS one")
    except psycopg.OperationalError:
        return {"healthy": False, "issues": ["the database does not answer"]}
    return {"healthy": True, "issues": []}


async def _redis(state: State) -> dict[str, Any]:
    try:
        await state.redis.ping()
    except UNAVAILABLE:
        return {"healthy": False, "issues": ["Redis does not answer"]}
    return {"healthy": True, "issues": []}


async def _celery(state: State) -> dict[str, Any]:
    alive = await state.celery_watch.alive()
    return {"healthy": alive, "issues": [] if alive else ["no worker answers"]}


@router.get("/database/pool", response_model=schema.DatabasePool, responses=documented(401, 403))
async def database_pool(request: Request, admin: Admin) -> Response:
    return answer({**request.app.state.database.usage(), "pool_timeout": request.app.state.database.pool.timeout})


@router.get("/redis/pool", response_model=schema.RedisPool, responses=documented(401, 403))
async def redis_pool(request: Request, admin: Admin) -> Response:
    info = await _redis_says(request.app.state.redis)
    limit = info["maxmemory"]
    return answer(
        {
            "connected_clients": info["connected_clients"],
            "used_memory": info["used_memory"],
            "maxmemory": limit,
            "memory_utilization": info["used_memory"] / limit if limit else None,
            "redis_version": str(info["redis_version"]),
            "uptime_in_seconds": info["uptime_in_seconds"],
        }
    )


@router.get("/redis/cache", response_model=schema.RedisCache, responses=documented(401, 403))
async def redis_cache(request: Request, admin: Admin) -> Response:
    """hits and misses are this process's own; keyspace_* is the server's, every database together."""
    cache = request.app.state.cache
    info = await _redis_says(request.app.state.redis)
    asked = cache.hits + cache.misses
    server = {name: info[name] for name in ("keyspace_hits", "keyspace_misses", "evicted_keys", "expired_keys")}
    return answer(
        {"hits": cache.hits, "misses": cache.misses, "hit_rate": cache.hits / asked if asked else 0.0, **server}
    )


async def _redis_says(redis: Redis) -> dict[str, Any]:
    try:
        info: dict[str, Any] = await redis.info()
    except UNAVAILABLE as error:
        raise ApiError(503, "SERVICE_UNAVAILABLE", "Redis does not answer", retry_after=1) from error
    return info


@router.get("/celery/workers", response_model=schema.WorkerCounts, responses=documented(401, 403))
async def celery_workers(request: Request, admin: Admin) -> Response:
    workers = await request.app.state.celery_watch.workers()
    return answer({"total_workers": len(workers), "workers": workers})


@router.get("/celery/tasks/active", response_model=dict[str, list[dict[str, Any]]], responses=documented(401, 403))
async def celery_active(request: Request, admin: Admin) -> Response:
    """Running tasks by worker."""
    return answer(await request.app.state.celery_watch.active())


@router.get("/celery/queues", response_model=dict[str, int], responses=documented(401, 403))
async def celery_queues(request: Request, admin: Admin) -> Response:
    """Messages waiting by queue, and those taken and not yet finished under unacked."""
    broker = request.app.state.broker
    try:
        waiting, taken = await asyncio.gather(broker.llen(QUEUE), broker.hlen("unacked"))
    except UNAVAILABLE as error:
        raise ApiError(503, "SERVICE_UNAVAILABLE", "the broker does not answer", retry_after=1) from error
    return answer({QUEUE: waiting, "unacked": taken})


@router.get("/errors", response_model=schema.Errors, responses=documented(401, 403))
async def errors(request: Request, admin: Admin, since: Annotated[Moment | None, Query()] = None) -> Response:
    """Unhandled errors since *since*, or ever; critical are those that nobody foresaw."""
    state = request.app.state
    await state.error_log.flush()
    counted = await state.database.row(ERROR_COUNTS, (since,))
    return answer({**counted, "items": await state.database.rows(ERRORS, (since,))})


@router.post("/errors/test", status_code=202, response_model=schema.SentEvent, responses=documented(401, 403, 409))
async def send_test_event(request: Request, admin: Admin) -> Response:
    """Send one harmless event to the error tracker, to see it arrive there."""
    event_id = await request.app.state.tracking.send_test()
    if event_id is None:
        raise ApiError(409, "CONFLICT", "no error tracker is configured")
    return answer({"event_id": event_id}, 202)


@router.get("/configuration", response_model=schema.Configuration, responses=documented(401, 403))
async def configuration(request: Request, admin: Admin) -> Response:
    """Facts about the settings, never a secret."""
    config = request.app.state.settings
    rotated = "2020-01-01T00:00:00+00:00" if faults.active("secrets-old") else config.secrets_rotated_at
    return answer(
        {
            "environment": "development" if faults.active("environment-wrong") else config.environment,
            "debug": config.debug or bool(faults.active("debug-on")),
            "version": config.version,
            "secret_key_is_default": config.secret_key_is_default or bool(faults.active("secret-key-default")),
            "secrets_rotated_at": rotated,
            "cors_origins": ["*"] if faults.active("cors-wildcard-with-credentials") else config.cors_origins,
            "rate_limit_enabled": config.rate_limit_enabled and not faults.active("limiter-not-registered"),
            "rate_limit_per_minute": config.rate_limit_per_minute,
            "sentry_configured": config.sentry_dsn is not None and not faults.active("sentry-unconfigured"),
            "use_backend_api": config.use_backend_api,
            "database_pool_size": config.database_pool_size,
            "database_max_overflow": config.database_max_overflow,
        }
    )
