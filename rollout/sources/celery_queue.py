"""How many Celery tasks wait on a Redis broker."""

from typing import TYPE_CHECKING

from rollout.evidence.records import Sample
from rollout.metrics.kinds import Metric, MetricKind
from rollout.sources.redis_client import answering
from rollout.sources.source import given
from rollout.target.queue_lists import lists_of

if TYPE_CHECKING:
    from rollout.target import Target

NAME = "celery.queue_tasks"


class CeleryQueue:
    """Tasks that wait in every declared queue of every priority, and those handed out but not acknowledged."""

    name = "celery-queue"
    metrics = (Metric(NAME, "Celery tasks waiting", "tasks", MetricKind.GAUGE, "celery-queue"),)
    needs = ("broker_url", "queues")

    def __init__(self, target: "Target") -> None:
        self._url = given(target.broker_url)
        self._lists = lists_of(target.queues)

    def sample(self) -> dict[str, Sample]:
        """The depth; a missing list counts as empty, and the judge requires a worker that was seen for that."""
        with answering(self._url) as client:
            waiting = sum(int(client.llen(name)) for name in self._lists)
            unacked = int(client.hlen("unacked"))
        return {NAME: Sample(value=waiting + unacked, text=f"{waiting} waiting, {unacked} handed out")}
