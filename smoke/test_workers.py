"""Do the workers work? One that answers pings and takes nothing is none."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr

from rollout.target import Action
from rollout.target.obstacle import Obstacle, needed
from rollout.target.services import heard_from_workers, oldest_waiting
from rollout.target.wait import eventually
from xcodereviewer.target import XcrTarget

pytestmark = [pytest.mark.criterion("services-healthy"), pytest.mark.promise("plan: All services healthy")]
ANSWER_S = 0.5
ANSWERS_S = 10.0  # s, for an answer: a solo pool gives none while it is at work, and a remote broker takes longer
TAKEN_S = 10.0
NOTHING_TAKEN = "no task waits in any queue, and no worker has taken one since it started: nobody saw one taken"
WAY_OUT = "ask for a review, then let the checks run again"
Record = Callable[[str, object], None]


def test_every_queue_has_a_worker_that_takes_from_it(
    target: XcrTarget, broker_url: SecretStr, record_property: Record
) -> None:
    """
    Each queue that the target names is among those that some worker says it takes tasks from.
    """
    queues = set(needed(target, "queues"))
    served: set[str] = set()

    def every_queue_is_served() -> None:
        said = heard_from_workers(broker_url, "active_queues", ANSWER_S)
        served.update(str(queue.get("name")) for taken in said.values() for queue in taken or ())
        assert queues <= served, f"queues {sorted(queues)}: workers take from {sorted(served)} only"

    try:
        eventually(every_queue_is_served, within=ANSWERS_S)
    finally:
        record_property("celery.served_queues", ", ".join(sorted(served)))


def test_tasks_that_wait_are_taken(
    target: XcrTarget, broker_url: SecretStr, request: pytest.FixtureRequest, record_property: Record
) -> None:
    """
    The task that waits longest in a queue is taken within seconds, unless workers are busy with others.

    Where none waits, the workers must have taken some before. One that went deaf since then shows by a review alone.
    """
    queues = needed(target, "queues")
    idle = not oldest_waiting(broker_url, queues)
    if idle and not eventually(lambda: tasks_taken(broker_url), within=ANSWERS_S) and target.may(Action.WRITE):
        request.getfixturevalue("first_review")  # whatever becomes of it: one task was to be taken
    before = oldest_waiting(broker_url, queues)
    taken_before = eventually(lambda: tasks_taken(broker_url), within=ANSWERS_S)
    record_property("celery.waiting_queues_count", len(before))
    record_property("celery.taken_tasks_count", taken_before)
    if not before and not taken_before:
        raise Obstacle(NOTHING_TAKEN, WAY_OUT)

    def taken() -> None:
        now = oldest_waiting(broker_url, queues)
        still = sorted(name for name, message in before.items() if now.get(name) == message)
        assert not still or at_work(broker_url), f"{still}: the oldest task is not taken, and no worker is at work"

    eventually(taken, within=TAKEN_S)


def tasks_taken(broker_url: SecretStr) -> int:
    """How many tasks the workers have taken since they started, as they count themselves; Obstacle if none answers."""
    said = heard_from_workers(broker_url, "stats", ANSWER_S)
    totals = [stats.get("total") for stats in said.values() if isinstance(stats, dict)]
    return sum(int(number) for total in totals if isinstance(total, dict) for number in total.values())


def at_work(broker_url: SecretStr) -> bool:
    """Whether some worker is at work; Obstacle if none answers."""
    return any(heard_from_workers(broker_url, "active", ANSWER_S).values())
