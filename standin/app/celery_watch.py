"""Ask Celery's workers about themselves, in a thread: a question takes as long as its timeout."""

import asyncio
from typing import Any

from celery import Celery  # type: ignore[import-untyped,unused-ignore]
from kombu.exceptions import OperationalError  # type: ignore[import-untyped,unused-ignore]
from redis.asyncio import Redis

from standin.app.cache import UNAVAILABLE

TIMEOUT_S = 0.7


class CeleryWatch:
    def __init__(self, celery: Celery, broker: Redis) -> None:
        self.celery = celery
        self.broker = broker

    async def alive(self) -> bool:
        """Whether a worker answers; returns at the first answer."""
        return bool(await self._ask("ping", limit=1))

    async def workers(self) -> list[dict[str, Any]]:
        answers = await self._ask("stats")
        return [
            {
                "name": name,
                "pool": stats["pool"]["implementation"].rpartition(":")[0] or stats["pool"]["implementation"],
                "max_concurrency": stats["pool"].get("max-concurrency"),
                "processes": stats["pool"].get("processes", []),
                "total_tasks": stats.get("total", {}),
            }
            for name, stats in sorted(answers.items())
        ]

    async def active(self) -> dict[str, list[dict[str, Any]]]:
        kept = ("id", "name", "args", "kwargs", "time_start", "worker_pid")
        answers = await self._ask("active")
        return {worker: [{key: task.get(key) for key in kept} for task in tasks] for worker, tasks in answers.items()}

    async def _ask(self, command: str, limit: int | None = None) -> dict[str, Any]:
        """Answers by worker; empty if the broker is away."""
        try:
            await self.broker.ping()  # fails at once if the broker is away; Celery itself would retry for seconds
            answers = await asyncio.to_thread(
                self.celery.control.broadcast, command, reply=True, timeout=TIMEOUT_S, limit=limit
            )
        except (OperationalError, *UNAVAILABLE):
            return {}
        return {worker: said for answer in answers or () for worker, said in answer.items()}
