"""The fault of a worker that answers pings but fetches no messages from its broker."""

from collections.abc import Callable
from typing import Any

from celery import bootsteps  # type: ignore[import-untyped,unused-ignore]

from standin import faults


class Deafness(bootsteps.StartStopStep):  # type: ignore[misc,unused-ignore]
    """A bootstep that starts with each connection to the broker, after the step that consumes tasks."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, consumer: Any, **kwargs: Any) -> None:
        super().__init__(consumer, **kwargs)
        self.connections = 0

    def start(self, consumer: Any) -> None:
        """Check the fault before each fetch of a message."""
        self.connections += 1
        qos = consumer.task_consumer.channel.qos
        if self.connections > 1:
            qos.can_consume = hearing(qos.can_consume)


def hearing(usual: Callable[[], bool]) -> Callable[[], bool]:
    """The result of *usual*, or False while the fault is on."""

    def can_consume() -> bool:
        return not faults.active("worker-deaf-after-outage") and usual()

    return can_consume
