"""The worker's connections: PostgreSQL once for each task, Redis to invalidate the backend's cache."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.rows import dict_row
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from standin import faults
from standin.settings import settings

Row = dict[str, Any]
Connection = psycopg.Connection[Row]


@contextmanager
def connected() -> Iterator[Connection]:
    """A connection with the application name "worker", to distinguish it from the backend's."""
    url = settings().database_url.get_secret_value()
    options = "-c statement_timeout=15000 -c timezone=UTC"
    with psycopg.connect(
        url, autocommit=True, row_factory=dict_row, connect_timeout=2, options=options, application_name="worker"
    ) as connection:
        yield connection


def forget(owner_id: int) -> None:
    """Invalidate the cached lists of *owner_id*; without Redis there are none."""
    if faults.active("cache-stale"):
        return
    try:
        _client().incr(f"version:user:{owner_id}")
    except (RedisError, OSError):
        return


@lru_cache(maxsize=1)
def _client() -> Redis:
    url = settings().redis_url.get_secret_value()
    return Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0))
