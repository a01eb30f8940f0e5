"""Refuse too large bodies before they are processed, and normalise paths."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from standin import faults
from standin.app.answers import answer
from standin.app.error_responses import error_body

LARGEST_BODY = 32 * 1024 * 1024
TOO_LARGE = f"a body may have {LARGEST_BODY} bytes at most"


class Gate:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["path"] = scope["path"].rstrip("/") or "/"
            if _announced(scope) > LARGEST_BODY:
                return await _refuse(scope, receive, send)
            receive = _counted(receive)
        return await self.app(scope, receive, send)


def _announced(scope: Scope) -> int:
    length: bytes = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(length) if length.isdigit() else 0


def _counted(receive: Receive) -> Receive:
    """Count the received bytes: a chunked body does not announce its length."""
    taken = 0

    async def receive_counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST_BODY:
            raise HTTPException(413, TOO_LARGE)
        return message

    return receive_counted


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    status = 500 if faults.active("oversized-body-500") else 413
    headers = {"Connection": "close"}
    body = error_body("PAYLOAD_TOO_LARGE", TOO_LARGE)
    await answer(body, status, headers)(scope, receive, send)
