"""What the monitoring endpoints answer."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class Component(BaseModel):
    healthy: bool
    issues: list[str]


class SystemHealth(BaseModel):
    healthy: bool
    components: dict[str, Component]


class DatabasePool(BaseModel):
    pool_size: int
    checked_in_connections: int
    checked_out_connections: int
    overflow_connections: int
    total_connections: int
    max_overflow: int
    pool_timeout: float
    requests_waiting: int


class RedisPool(BaseModel):
    connected_clients: int
    used_memory: int
    maxmemory: int
    memory_utilization: float | None
    redis_version: str
    uptime_in_seconds: int


class RedisCache(BaseModel):
    hits: int
    misses: int
    hit_rate: float
    keyspace_hits: int
    keyspace_misses: int
    evicted_keys: int
    expired_keys: int


class Worker(BaseModel):
    name: str
    pool: str
    max_concurrency: int | None
    processes: list[Any]
    total_tasks: dict[str, int]


class WorkerCounts(BaseModel):
    total_workers: int
    workers: list[Worker]


class LoggedError(BaseModel):
    id: int
    at: datetime
    level: str
    kind: str
    source: str
    message: str
    correlation_id: str | None


class Errors(BaseModel):
    total: int
    critical: int
    items: list[LoggedError]


class SentEvent(BaseModel):
    event_id: str


class Configuration(BaseModel):
    environment: str
    debug: bool
    version: str
    secret_key_is_default: bool
    secrets_rotated_at: str | None
    cors_origins: list[str]
    rate_limit_enabled: bool
    rate_limit_per_minute: int
    sentry_configured: bool
    use_backend_api: bool
    database_pool_size: int
    database_max_overflow: int
