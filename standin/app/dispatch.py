"""
Send tasks to the worker without losing any.

A task is stored first and sent second. When the broker is down the task is accepted all the same (201, pending) and
stays marked as not sent; the sweep sends it once the broker is back. The sweep also sends again what a broker forgot,
and gives back what a dead worker left running. Claiming is atomic, so sending twice does no harm.
"""

import asyncio
from typing import LiteralString

import psycopg
from celery import Celery  # type: ignore[import-untyped,unused-ignore]
from kombu.exceptions import OperationalError  # type: ignore[import-untyped,unused-ignore]
from redis.asyncio import Redis

from standin import faults
from standin.app.cache import UNAVAILABLE, Breaker
from standin.app.database import Database
from standin.app.error_log import ErrorLog
from standin.messages import ANALYSE, QUEUE, REPORT

SWEEP_S = 1.0
UNSENT: dict[str, LiteralString] = {
    ANALYSE: "UPDATE audit_tasks SET dispatched_at = NULL WHERE id = %s AND status = 'pending'",
    REPORT: "UPDATE reports SET dispatched_at = NULL WHERE id = %s AND status = 'pending'",
}
ABANDONED: tuple[LiteralString, ...] = (
    """
    UPDATE audit_tasks SET status = CASE WHEN attempt < 3 THEN 'pending' ELSE 'failed' END, dispatched_at = NULL,
        error_message = CASE WHEN attempt < 3 THEN NULL ELSE 'the worker died three times' END,
        completed_at = CASE WHEN attempt < 3 THEN NULL ELSE now() END
    WHERE status = 'running' AND origin = 'api' AND heartbeat_at < now() - interval '5 seconds'
    """,
    """
    UPDATE reports SET status = CASE WHEN attempt < 3 THEN 'pending' ELSE 'failed' END, dispatched_at = NULL,
        error_message = CASE WHEN attempt < 3 THEN NULL ELSE 'the worker died three times' END
    WHERE status = 'generating' AND heartbeat_at < now() - interval '10 seconds'
    """,
)
TO_SEND: dict[str, LiteralString] = {
    ANALYSE: """
    UPDATE audit_tasks SET dispatched_at = now() WHERE status = 'pending' AND origin = 'api'
      AND (dispatched_at IS NULL OR (%s AND dispatched_at < now() - interval '3 seconds')) RETURNING id
    """,
    REPORT: """
    UPDATE reports SET dispatched_at = now() WHERE status = 'pending'
      AND (dispatched_at IS NULL OR (%s AND dispatched_at < now() - interval '3 seconds')) RETURNING id
    """,
}


class TaskDispatcher:
    def __init__(self, database: Database, broker: Redis, celery: Celery, error_log: ErrorLog) -> None:
        self.database = database
        self.broker = broker
        self.celery = celery
        self.error_log = error_log
        self.breaker = Breaker()

    async def send(self, task: str, subject_id: int) -> bool:
        """Whether the broker has accepted the task; if not, the sweep sends it later."""
        if not self.breaker.open:
            try:
                await asyncio.to_thread(self.celery.send_task, task, (subject_id,), retry=False)
                return True
            except (OperationalError, *UNAVAILABLE):
                self.breaker.failed()
        await self.database.rows(UNSENT[task], (subject_id,))
        return False

    async def sweep_forever(self) -> None:
        while True:
            try:
                await self.error_log.flush()
                await self.sweep()
            except (psycopg.Error, *UNAVAILABLE):
                pass  # the next round tries again; requests report the outage themselves
            await asyncio.sleep(SWEEP_S)

    async def sweep(self) -> None:
        if not _left_where_it_is():
            for statement in ABANDONED:
                await self.database.rows(statement)
        if faults.active("task-lost-when-broker-down") or self.breaker.open:
            return
        forgotten = await self.broker.llen(QUEUE) == 0  # with an empty queue, pending tasks have lost their messages
        for task, statement in TO_SEND.items():
            for row in await self.database.rows(statement, (forgotten,)):
                if not await self.send(task, row["id"]):
                    return


def _left_where_it_is() -> bool:
    """Whether a fault keeps the work of a dead worker from being given back."""
    stuck = faults.active("task-stuck") or faults.active("report-never-completes")
    return bool(stuck or faults.active("abandoned-task-stays"))
