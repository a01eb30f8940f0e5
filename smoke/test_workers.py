"""Do the workers work? One that answers pings and takes nothing is none."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from rollout.target.services import oldest_waiting, said_by_workers
from rollout.target.wait import eventually
from xcodereviewer.target import XcrTarget

pytestmark = [pytest.mark.criterion("services-healthy"), pytest.mark.promise("plan: All services healthy")]
ANSWER_S = 0.5
TAKEN_S = 10.0
Record = Callable[[str, object], None]


def test_every_queue_has_a_worker_that_takes_from_it(
    target: XcrTarget, broker_url: SecretStr, record_property: Record
) -> None:
    """
    Each queue that the target names is among those that some worker says it takes tasks from.
    """
    said = said_by_workers(broker_url, "active_queues", within=ANSWER_S)
    served = {str(queue.get("name")) for queues in said.values() for queue in queues or ()}
    record_property("celery.served_queues", ", ".join(sorted(served)))
    assert set(target.queues) <= served, f"queues {sorted(target.queues)}: workers take from {sorted(served)} only"


def test_tasks_that_wait_are_taken(target: XcrTarget, broker_url: SecretStr, record_property: Record) -> None:
    """
    The task that waits longest in a queue is taken within seconds, unless workers are busy with others.
    """
    before = oldest_waiting(broker_url, target.queues)
    record_property("celery.waiting_queues_count", len(before))

    def taken() -> None:
        now = oldest_waiting(broker_url, target.queues)
        still = sorted(name for name, message in before.items() if now.get(name) == message)
        assert not still or busy(broker_url), f"{still}: the oldest task is not taken, and no worker is at work"

    eventually(taken, within=TAKEN_S)


def busy(broker_url: SecretStr) -> bool:
    """Whether some worker is at work."""
    return any(said_by_workers(broker_url, "active", within=ANSWER_S).values())
