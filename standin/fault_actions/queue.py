"""A queue that fills because nobody works it off."""

import json

from redis import Redis

from standin.fault_actions import services
from standin.fault_actions.action import Params
from standin.state_file import State

TASK = "standin.backlog"
DEFAULT_TASKS = 150


def back_up(state: State, params: Params) -> None:
    """Stop the worker and queue tasks of a name nobody waits for."""
    from celery import Celery  # type: ignore[import-untyped,unused-ignore]

    services.kill(state, "worker")
    with Celery("standin", broker=state.broker_url) as app, app.producer_pool.acquire(block=True) as producer:
        for _ in range(int(params.get("tasks", DEFAULT_TASKS))):
            app.send_task(TASK, queue=state.queues[0], producer=producer, ignore_result=True)


def clear(state: State, params: Params) -> None:
    """Take back the tasks that are ours, leave those that are not, and start the worker."""
    with Redis.from_url(state.broker_url, decode_responses=True) as redis:
        for message in redis.lrange(state.queues[0], 0, -1):
            if json.loads(message).get("headers", {}).get("task") == TASK:
                redis.lrem(state.queues[0], 1, message)
    services.start(state, "worker")
