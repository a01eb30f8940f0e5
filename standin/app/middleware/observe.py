"""The outermost layer: correlation id, security headers, metrics, and the answer to an unhandled error."""

import re
import secrets
import time

import psycopg
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standin import faults
from standin.app.answers import answer
from standin.app.error_log import ErrorLog
from standin.app.error_responses import error_body
from standin.app.prometheus_metrics import Metrics

HARMLESS_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
]
API_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
DOCS_POLICY = (b"content-security-policy", b"default-src 'self' 'unsafe-inline' https://cdn.jsdelivr.net data:")


class Observe:
    def __init__(self, app: ASGIApp, metrics: Metrics, error_log: ErrorLog) -> None:
        self.app = app
        self.metrics = metrics
        self.error_log = error_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        correlation_id = _correlation_id(scope)
        scope.setdefault("state", {})["correlation_id"] = correlation_id.decode()
        status = 0
        begin = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), *_headers(scope, correlation_id)]
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            self.error_log.note("critical", error, Request(scope))
            if status:
                raise
            await _unhandled(error)(scope, receive, send_with_headers)
        finally:
            self.metrics.request(scope, status, time.perf_counter() - begin)
        return None


def _unhandled(error: Exception) -> ASGIApp:
    if isinstance(error, psycopg.OperationalError):
        return answer(error_body("SERVICE_UNAVAILABLE", "the database does not answer"), 503, {"Retry-After": "1"})
    details = {"exception": repr(error)} if faults.active("debug-on") else None
    return answer(error_body("INTERNAL_SERVER_ERROR", "an unexpected error occurred", details), 500)


def _correlation_id(scope: Scope) -> bytes:
    """The caller's correlation id if it is harmless to repeat, else a new one."""
    given = next((value for name, value in scope["headers"] if name == b"x-correlation-id"), b"")
    return given if HARMLESS_ID.fullmatch(given) else secrets.token_hex(8).encode()


def _headers(scope: Scope, correlation_id: bytes) -> list[tuple[bytes, bytes]]:
    headers: list[tuple[bytes, bytes]] = [(b"x-correlation-id", correlation_id)]
    if not faults.active("security-headers-missing"):
        policy = DOCS_POLICY if scope["path"].endswith("/docs") else API_POLICY
        headers += [*SECURITY_HEADERS, policy]
    if faults.active("software-named"):
        headers.append((b"x-powered-by", b"FastAPI 0.1 on CPython 3.11"))
    return headers
