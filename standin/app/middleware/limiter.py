"""Rate limits, counted in Redis per user or address; without Redis there is no limit."""

import time
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standin import faults
from standin.app.answers import answer
from standin.app.cache import UNAVAILABLE, Breaker
from standin.app.error_responses import error_body
from standin.app.security import TokenSigner
from standin.settings import Settings


@dataclass(frozen=True)
class RateLimit:
    requests: int
    window_s: int


PROBE = RateLimit(5, 2)
"""X-RateLimit-Probe: <name> asks for a bucket of its own, so that limit and recovery can be seen in two seconds."""


class Limiter:
    def __init__(self, app: ASGIApp, settings: Settings, redis: Redis, breaker: Breaker, tokens: TokenSigner) -> None:
        self.app = app
        self.enabled = settings.rate_limit_enabled
        self.limits = (RateLimit(settings.rate_limit_per_minute, 60), RateLimit(settings.rate_limit_per_hour, 3600))
        self.redis = redis
        self.breaker = breaker
        self.tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._applies(scope):
            return await self.app(scope, receive, send)
        probe = _header(scope, b"x-ratelimit-probe")
        limits = (PROBE,) if probe else self.limits
        who = f"probe:{probe[:64].hex()}" if probe else self._who(scope)
        used = await self._count(who, limits)
        wait = _wait(limits, used)
        if wait is not None:
            return await _too_many(wait)(scope, receive, send)
        return await self.app(scope, receive, _telling(send, limits[0], used[0]))

    def _applies(self, scope: Scope) -> bool:
        on = self.enabled and not self.breaker.open and not faults.active("limiter-not-registered")
        return on and scope["path"].startswith("/api/") and scope["method"] != "OPTIONS"

    def _who(self, scope: Scope) -> str:
        scheme, _, token = (_header(scope, b"authorization") or b"").partition(b" ")
        claims = self.tokens.read(token.decode("latin-1")) if scheme.lower() == b"bearer" else None
        if claims:
            return f"user:{claims['sub']}"
        return f"ip:{scope['client'][0] if scope.get('client') else 'unknown'}"

    async def _count(self, who: str, limits: tuple[RateLimit, ...]) -> list[int]:
        """Count this request in every window, and give the counts; zeros if Redis is away."""
        now = int(time.time())
        keys = [f"rate:{who}:{limit.window_s}:{_window(limit, now)}" for limit in limits]
        try:
            used = [int(n) for n in await _run(self.redis, [("INCR", key) for key in keys])]
            first = [(key, limit) for key, limit, n in zip(keys, limits, used, strict=True) if n == 1]
            await _run(self.redis, [("EXPIRE", key, _kept_s(limit)) for key, limit in first])
            return used
        except UNAVAILABLE:
            self.breaker.failed()
            return [0] * len(limits)


async def _run(redis: Redis, commands: list[tuple[str | int, ...]]) -> list[Any]:
    """Run all commands in one pipeline; none for an empty list."""
    pipeline = redis.pipeline(transaction=False)
    for command in commands:
        pipeline.execute_command(*command)
    return await pipeline.execute() if commands else []


def _window(limit: RateLimit, now: int) -> int:
    return 0 if faults.active("limiter-never-recovers") else now // limit.window_s


def _kept_s(limit: RateLimit) -> int:
    """Seconds until a count expires: its window, or an hour under the fault of a limiter that never recovers."""
    return 3600 if faults.active("limiter-never-recovers") else limit.window_s + 1


def _wait(limits: tuple[RateLimit, ...], used: list[int]) -> int | None:
    """Seconds until the end of a full window; None if no window is full."""
    now = time.time()
    waits = [
        int(limit.window_s - now % limit.window_s) + 1
        for limit, n in zip(limits, used, strict=True)
        if n > limit.requests
    ]
    return max(waits, default=None)


def _too_many(wait: int) -> ASGIApp:
    headers = {} if faults.active("limiter-without-retry-after") else {"Retry-After": str(wait)}
    return answer(error_body("RATE_LIMIT_EXCEEDED", "too many requests"), 429, headers)


def _telling(send: Send, limit: RateLimit, used: int) -> Send:
    """Add headers with the rest of the limit to every answer."""
    told = [
        (b"x-ratelimit-limit", str(limit.requests).encode()),
        (b"x-ratelimit-remaining", str(max(0, limit.requests - used)).encode()),
    ]

    async def send_with_limits(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *told]
        await send(message)

    return send_with_limits


def _header(scope: Scope, name: bytes) -> bytes | None:
    found: bytes | None = next((value for key, value in scope["headers"] if key == name), None)
    return found
