"""Faults that affect any request: slowness, errors, broken connections, path traversal."""

import asyncio
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standin import faults
from standin.app.answers import answer
from standin.app.error_log import ErrorLog
from standin.app.error_responses import error_body

FIRST_BYTES = 4096


class FaultMiddleware:
    """Applies the faults to the API only; /health stays unaffected."""

    def __init__(self, app: ASGIApp, error_log: ErrorLog) -> None:
        self.app = app
        self.error_log = error_log
        self.shares = Shares()
        self.creeping_since: float | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            return await self.app(scope, receive, send)
        await asyncio.sleep(self._delay_s(scope))
        if (fault := faults.active("connections-closed")) and self.shares.due("connections-closed", fault["share"]):
            return await _cut_off(send)
        if (fault := faults.active("critical-errors-logged")) and self.shares.due("critical", fault["share"]):
            self.error_log.note("critical", RuntimeError("something broke behind a good answer"), Request(scope))
        instead = self._instead(scope)
        return await (instead or self.app)(scope, receive, send)

    def _delay_s(self, scope: Scope) -> float:
        delay = 0.0
        if (fault := faults.active("slow-endpoint")) and self._slow_one(scope, fault):
            delay += fault["ms"] / 1000
        if fault := faults.active("stall"):
            delay += max(0.0, fault["for_s"] - time.time() % fault["every_s"])
        if fault := faults.active("latency-creeps"):
            self.creeping_since = self.creeping_since or time.monotonic()
            delay += fault["ms_per_minute"] / 1000 * (time.monotonic() - self.creeping_since) / 60
        return delay

    def _slow_one(self, scope: Scope, fault: dict[str, Any]) -> bool:
        return scope["path"].startswith(fault["path"]) and self.shares.due("slow-endpoint", fault["share"])

    def _instead(self, scope: Scope) -> ASGIApp | None:
        if (fault := faults.active("errors-2-percent")) and self.shares.due("errors-2", fault["share"]):
            return _broken()
        if (fault := faults.active("errors-6-percent")) and self.shares.due("errors-6", fault["share"]):
            return _broken()
        if (fault := faults.active("errors-10-percent")) and self.shares.due("errors-10", fault["share"]):
            return _broken()
        if (fault := faults.active("errors-as-200")) and self.shares.due("errors-as-200", fault["share"]):
            return answer(error_body("INTERNAL_SERVER_ERROR", "an unexpected error occurred"), 200)
        if faults.active("openapi-missing") and scope["path"].endswith("/openapi.json"):
            return answer(error_body("NOT_FOUND", "Not Found"), 404)
        if faults.active("path-traversal-reads-files") and "../" in scope["path"]:
            return _file(scope["path"].rpartition("../")[2])
        return None


class Shares:
    """Selects exactly the given share of requests, evenly spread, with a separate count for each name."""

    def __init__(self) -> None:
        self.owed: defaultdict[str, float] = defaultdict(float)

    def due(self, name: str, share: float) -> bool:
        self.owed[name] += share
        if self.owed[name] < 1 - 1e-9:
            return False
        self.owed[name] -= 1
        return True


def _broken() -> ASGIApp:
    return answer(error_body("INTERNAL_SERVER_ERROR", "an unexpected error occurred"), 500)


def _file(path: str) -> ASGIApp:
    wanted = Path("/") / path
    return answer({"content": wanted.read_text("utf-8", "replace")[:FIRST_BYTES]}) if wanted.is_file() else _broken()


async def _cut_off(send: Send) -> None:
    """Announce a longer body than is sent, then raise, so that the server closes the connection."""
    start: Message = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]}
    await send(start)
    await send({"type": "http.response.body", "body": b"{", "more_body": True})
    raise ConnectionAbortedError("cut off on purpose")
