"""How much of its maxmemory Redis uses, by its own INFO."""

from typing import TYPE_CHECKING, Any

from rollout.evidence.records import Sample
from rollout.metrics.kinds import Metric, MetricKind
from rollout.sources.redis_client import answering
from rollout.sources.source import SourceError, given

if TYPE_CHECKING:
    from rollout.target import Target

NAME = "redis.memory_percent"


class RedisMemory:
    """Memory in use, in percent of maxmemory; SourceError without a maxmemory."""

    name = "redis"
    metrics = (
        Metric(NAME, "Redis memory of maxmemory", "%", MetricKind.GAUGE, "redis", highest=100, needs_processor=False),
    )
    needs = ("redis_url",)

    def __init__(self, target: "Target") -> None:
        self._url = given(target.redis_url)

    def sample(self) -> dict[str, Sample]:
        """The share, and both of its parts in bytes."""
        with answering(self._url) as client:
            memory: dict[str, Any] = client.info("memory")
        used, most = int(memory["used_memory"]), int(memory["maxmemory"])
        if most == 0:
            raise SourceError("maxmemory is 0: Redis has no limit, so no share of it can be told; set maxmemory")
        text = f"{used >> 20} of {most >> 20} MiB"
        return {NAME: Sample(value=used * 100 / most, text=text, used=used, capacity=most)}
