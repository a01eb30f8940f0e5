"""Cross-origin rules: only the origins in CORS_ORIGINS are allowed, with credentials."""

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standin import faults
from standin.settings import Settings

METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS")
HEADERS = ("Authorization", "Content-Type", "X-Correlation-ID")
EXPOSED = ("X-Correlation-ID", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining")


class Origins:
    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.strict = _middleware(app, allow_origins=settings.cors_origins)
        self.anyone = _middleware(app, allow_origin_regex=".*")
        self.foreign_origins = _middleware(app, allow_origins=["https://elsewhere.example"])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if faults.active("cors-wildcard-with-credentials"):
            send = _with_wildcard(send)
        await self._rules(scope)(scope, receive, send)

    def _rules(self, scope: Scope) -> ASGIApp:
        if faults.active("cors-reflects-origin"):
            return self.anyone
        if faults.active("cors-preflight-unchecked") and scope.get("method") == "OPTIONS":
            return self.anyone
        return self.foreign_origins if faults.active("cors-wrong-origins") else self.strict


def _middleware(app: ASGIApp, **origins: object) -> CORSMiddleware:
    return CORSMiddleware(
        app,
        allow_methods=METHODS,
        allow_headers=HEADERS,
        expose_headers=EXPOSED,
        allow_credentials=True,
        **origins,  # type: ignore[arg-type]
    )


def _with_wildcard(send: Send) -> Send:
    async def send_with_wildcard(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["Access-Control-Allow-Origin"] = "*"
            headers["Access-Control-Allow-Credentials"] = "true"
        await send(message)

    return send_with_wildcard
