"""Redis's memory as Prometheus wants it, under the names that redis_exporter gives it."""

from typing import Any

METRICS = {"redis_memory_used_bytes": "used_memory", "redis_memory_max_bytes": "maxmemory"}


async def redis_metrics(url: str) -> str:
    """The metrics of the server at *url*; of one that is down, only that it is."""
    from redis.asyncio import Redis  # late: its import takes longer than that of everything else here
    from redis.exceptions import RedisError

    try:
        async with Redis.from_url(url, socket_timeout=2, socket_connect_timeout=1) as client:
            return metrics(await client.info("memory"))
    except (RedisError, OSError):
        return "redis_up 0\n"


def metrics(memory: dict[str, Any]) -> str:
    """Prometheus's text format."""
    values = [f"{name} {int(memory[field])}" for name, field in METRICS.items()]
    return "\n".join(["redis_up 1", *values, ""])
