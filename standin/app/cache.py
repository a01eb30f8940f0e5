"""A cache of lists in Redis db 0: never stale after a write, and only slower while Redis is away."""

import asyncio
import time

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from standin import faults

UNAVAILABLE = (RedisError, OSError, asyncio.TimeoutError)
TTL_S = 30


def connect(url: str) -> Redis:
    """A client that fails within half a second instead of retrying."""
    return Redis.from_url(url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 0))


class Breaker:
    """After a failure no calls go to the service for a second, so that an outage costs one timeout, not thousands."""

    def __init__(self, rest_s: float = 1.0) -> None:
        self.rest_s = rest_s
        self.open_until = 0.0

    @property
    def open(self) -> bool:
        return time.monotonic() < self.open_until

    def failed(self) -> None:
        self.open_until = time.monotonic() + self.rest_s


class Cache:
    """Answers by owner. Each is stored with a version, so that a slow reader cannot store an answer that is already stale."""

    def __init__(self, redis: Redis, breaker: Breaker) -> None:
        self.redis = redis
        self.breaker = breaker
        self.hits = self.misses = 0
        self.unconfirmed: set[str] = set()

    async def get(self, owner: str, key: str) -> tuple[bytes | None, str | None]:
        """The stored answer, if any, and the slot to store a new one under."""
        if faults.active("cache-never-used") or self.breaker.open or not await self._settle(owner):
            self.misses += 1
            return None, None
        try:
            version, body = await self._read(owner, key)
        except UNAVAILABLE:
            self.breaker.failed()
            self.misses += 1
            return None, None
        self.hits, self.misses = self.hits + (body is not None), self.misses + (body is None)
        return body, version

    async def _read(self, owner: str, key: str) -> tuple[str, bytes | None]:
        stored = await self.redis.mget(f"version:{owner}", f"answer:{owner}:{key}")
        version, answer = (_bytes(value) or b"" for value in stored)
        of_version, _, body = answer.partition(b"\n")
        return version.decode(), body if answer and of_version == version else None

    async def put(self, owner: str, key: str, version: str | None, body: bytes) -> None:
        if version is None:
            return
        try:
            await self.redis.set(f"answer:{owner}:{key}", version.encode() + b"\n" + body, ex=TTL_S)
        except UNAVAILABLE:
            self.breaker.failed()

    async def forget(self, owner: str) -> None:
        """Invalidate every stored answer of *owner*."""
        if not faults.active("cache-stale"):
            self.unconfirmed.add(owner)
            await self._settle(owner)

    async def _settle(self, owner: str) -> bool:
        """Repeat an invalidation that failed while Redis was away; until it succeeds no answer of *owner* is read."""
        if owner not in self.unconfirmed:
            return True
        try:
            await self.redis.incr(f"version:{owner}")
        except UNAVAILABLE:
            self.breaker.failed()
            return False
        self.unconfirmed.discard(owner)
        return True


def _bytes(value: bytes | str | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
