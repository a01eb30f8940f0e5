"""Faults of the queue: tasks wait because the worker does not take them."""

import json

from redis import Redis

from standin.fault_actions import services
from standin.fault_actions.action import Params
from standin.state_file import State

TASK = "standin.backlog"
DEFAULT_TASKS = 150
HEARS_S = 1.0


def back_up(state: State, params: Params) -> None:
    """Stop the worker and queue tasks."""
    services.kill(state, "worker")
    send(state, int(params.get("tasks", DEFAULT_TASKS)))


def refuse_work(state: State, params: Params) -> None:
    """Make the worker take no more tasks from its queue, and leave one there."""
    from celery import Celery  # type: ignore[import-untyped,unused-ignore]

    with Celery("standin", broker=state.broker_url) as app:
        app.control.cancel_consumer(state.queues[0], reply=True, timeout=HEARS_S)
    send(state, 1)


def take_work(state: State, params: Params) -> None:
    """Make the worker take tasks from its queue again."""
    from celery import Celery  # type: ignore[import-untyped,unused-ignore]

    take_back(state, params)
    with Celery("standin", broker=state.broker_url) as app:
        app.control.add_consumer(state.queues[0], reply=True, timeout=HEARS_S)


def send(state: State, tasks: int) -> None:
    """Queue *tasks* tasks of a name without effect."""
    from celery import Celery  # type: ignore[import-untyped,unused-ignore]

    with Celery("standin", broker=state.broker_url) as app, app.producer_pool.acquire(block=True) as producer:
        for _ in range(tasks):
            app.send_task(TASK, queue=state.queues[0], producer=producer, ignore_result=True)


def clear(state: State, params: Params) -> None:
    """Remove the tasks of this fault from the queue, leave all others, and start the worker."""
    take_back(state, params)
    services.start(state, "worker")


def take_back(state: State, params: Params) -> None:
    """Remove the tasks of this fault from the queue, and leave all others."""
    with Redis.from_url(state.broker_url, decode_responses=True) as redis:
        for message in redis.lrange(state.queues[0], 0, -1):
            if json.loads(message).get("headers", {}).get("task") == TASK:
                redis.lrem(state.queues[0], 1, message)
