"""Tells the backend's cache that a finished task has changed what it remembers."""

from functools import lru_cache

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from standin import faults
from standin.settings import settings


def forget(owner_id: int) -> None:
    """Without Redis there is nothing to forget: what it held is gone with it or ends with its time to live."""
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
