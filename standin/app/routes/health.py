"""Is the process alive, is it any use, and what is it called."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import Any, Literal

import psycopg
from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from standin import faults
from standin.app.answers import answer
from standin.app.cache import UNAVAILABLE

router = APIRouter(tags=["health"])
TIMEOUT_S = 1.5


class Health(BaseModel):
    status: Literal["healthy"]
    version: str
    timestamp: datetime


class Readiness(BaseModel):
    status: Literal["ready", "degraded", "not_ready"]
    version: str
    timestamp: datetime
    checks: dict[str, str]


class Root(BaseModel):
    name: str
    version: str
    docs: str


@router.get("/", response_model=Root)
async def root(request: Request) -> Response:
    version = request.app.state.settings.version
    return answer({"name": "XCodeReviewer API", "version": version, "docs": "/api/v1/docs"})


@router.get("/health", response_model=Health)
async def health(request: Request) -> Response:
    """Constant on purpose: it says that the process answers, and nothing about what stands behind it."""
    body = stamped(request, "unhealthy" if faults.active("health-unhealthy") else "healthy")
    if faults.active("health-without-version"):
        del body["version"]
    return answer(body)


@router.get("/ready", response_model=Readiness, responses={503: {"model": Readiness}})
async def ready(request: Request) -> Response:
    """Ask everything a request may need; no answer in time is no answer."""
    state = request.app.state
    names = ("database", "redis", "celery_broker")
    asked = (state.database.row("SELECT 1 AS one"), state.redis.ping(), state.broker.ping())
    checks = dict(zip(names, await asyncio.gather(*map(_connected, asked)), strict=True))
    if not state.settings.profile.readiness:
        checks["database"] = "not connected"  # whatever it really is
    all_there = set(checks.values()) == {"connected"}
    if faults.active("ready-always-200"):
        return answer({**stamped(request, "ready"), "checks": dict.fromkeys(names, "connected")})
    if faults.active("ready-degraded"):
        return answer({**stamped(request, "degraded"), "checks": dict.fromkeys(checks, "disconnected")})
    body = {**stamped(request, "ready" if all_there else "not_ready"), "checks": checks}
    return answer(body, 200 if all_there else 503)


async def _connected(question: Awaitable[Any]) -> str:
    """Never waits for a cancelled question to finish: that may take as long as the question."""
    task = asyncio.ensure_future(question)
    done, _ = await asyncio.wait({task}, timeout=TIMEOUT_S)
    if not done:
        task.cancel()
        return "no answer"
    error = task.exception()
    if error is not None and not isinstance(error, (*UNAVAILABLE, psycopg.Error)):
        raise error
    return "disconnected" if error else "connected"


def stamped(request: Request, status: str) -> dict[str, Any]:
    version = "1.0.0" if faults.active("version-wrong") else request.app.state.settings.version
    return {"status": status, "version": version, "timestamp": datetime.now(UTC)}
