"""The site for browsers: one page, its script with the headers of a CDN, and the feature flags."""

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standin import faults, probe
from standin.flags import FLAGS
from standin.frontend.frontend_settings import FrontendSettings

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>XCodeReviewer</title><script type="module" src="/assets/app.js"></script></head>
<body><h1>XCodeReviewer</h1><p>Data is kept in <strong id="store">the browser</strong>.</p></body>
</html>
"""
SCRIPT = """const user = new URLSearchParams(location.search).get("user_id") ?? "";
const answer = await fetch(`/config.json?user_id=${encodeURIComponent(user)}`);
const config = await answer.json();
if (config.flags.USE_BACKEND_API) document.getElementById("store").textContent = "the backend";
"""
HSTS = "max-age=31536000; includeSubDomains"
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
}
FIRST_CHARACTERS = 2000
CDN_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "X-Cache": "HIT", "Via": "1.1 standin-cdn"}


class Site:
    """The frontend's routes."""

    def __init__(self, settings: FrontendSettings) -> None:
        self.settings = settings

    def app(self) -> ASGIApp:
        """The site over HTTPS."""
        routes = [
            Route("/", self.page),
            Route("/health", self.health),
            Route("/config.json", self.config),
            Route("/assets/app.js", self.script),
        ]
        return SecurityHeaders(OpenDoor(Starlette(routes=routes)))

    async def page(self, request: Request) -> Response:
        """The single page."""
        return HTMLResponse(PAGE, headers={"Cache-Control": "no-cache"})

    async def health(self, request: Request) -> Response:
        """For probes."""
        return JSONResponse({"status": "healthy", "version": self.settings.version})

    async def script(self, request: Request) -> Response:
        """The page's script, cached by a content delivery network."""
        headers = {} if faults.active("cdn-header-missing") is not None else CDN_HEADERS
        return PlainTextResponse(SCRIPT, media_type="text/javascript", headers=headers)

    async def config(self, request: Request) -> Response:
        """The flags of the requested user; without a user all flags are off."""
        flags = await self._flags(request.query_params.get("user_id", ""))
        document = {"flags": flags, "api_base_url": self.settings.api_base_url, "version": self.settings.version}
        return JSONResponse(document, headers={"Cache-Control": "no-store"})

    async def _flags(self, user_id: str) -> dict[str, bool]:
        """The flags from the backend, which has the percentage; without its answer all off, so that browsers keep their own store."""
        if faults.active("frontend-flags-on") is not None:
            return dict.fromkeys(FLAGS, True)
        found = await self._asked(user_id) if user_id else {}
        return {name: found.get(name) is True for name in FLAGS}

    async def _asked(self, user_id: str) -> dict[str, Any]:
        query = "".join(f"%{byte:02X}" for byte in user_id.encode())
        answer = await probe.json_at(self.settings.backend_port, f"/api/v1/feature-flags?user_id={query}")
        flags = answer.get("flags") if isinstance(answer, dict) else None
        return flags if isinstance(flags, dict) else {}


class OpenDoor:
    """The fault of a file server that follows `..` out of its directory."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, unless the fault is on and the path leads out of the directory."""
        out = scope["path"].rpartition("../")[2] if "../" in scope["path"] else ""
        file = Path("/") / out
        if out and faults.active("frontend-reads-files") is not None and file.is_file():
            answer = PlainTextResponse(file.read_text("utf-8", "replace")[:FIRST_CHARACTERS])
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)


class SecurityHeaders:
    """Adds the common headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to its answer."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if faults.active("frontend-headers-missing") is None:
                    headers.update(SECURITY_HEADERS)
                if faults.active("no-hsts") is None:
                    headers["Strict-Transport-Security"] = HSTS
            await send(message)

        await self.app(scope, receive, with_headers)


class Redirect:
    """The plain HTTP server, which only redirects to HTTPS."""

    def __init__(self, settings: FrontendSettings, site: ASGIApp) -> None:
        self.settings, self.site = settings, site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 308, so that a POST stays a POST."""
        if scope["type"] != "http" or faults.active("no-https-redirect") is not None:
            await self.site(scope, receive, send)
            return
        url = Request(scope).url.replace(scheme="https", netloc=f"localhost:{self.settings.https_port}")
        await RedirectResponse(url, status_code=308)(scope, receive, send)
