"""The connection from commands to a running supervisor: a JSON line each way over loopback, with a secret."""

import asyncio
import hmac
import json
import secrets
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from standin.errors import FAILED, StandinError
from standin.ports import HOST, listen_anywhere, port_of

ANSWER_WITHIN = 60.0
Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class ControlServer:
    """The supervisor's side."""

    def __init__(self, handle: Handler) -> None:
        self._handle = handle
        self._token = secrets.token_urlsafe(24)
        self._socket = listen_anywhere()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> dict[str, Any]:
        """The address and secret for clients, as stored in the state file."""
        return {"port": port_of(self._socket), "token": self._token}

    async def open(self) -> None:
        """Answer from now on."""
        self._server = await asyncio.start_server(self._serve, sock=self._socket)

    def close(self) -> None:
        """Answer no more."""
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = await self._answer(await reader.readline())
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
            token = str(request.pop("token"))
        except (ValueError, KeyError, AttributeError):
            return {"error": "not a request", "code": FAILED}
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return {"error": "wrong token", "code": FAILED}
        try:
            return await self._handle(request)
        except StandinError as error:
            return {"error": str(error), "code": error.code}


def ask(control: dict[str, Any], request: dict[str, Any], within: float = ANSWER_WITHIN) -> dict[str, Any]:
    """Send *request* to the supervisor at *control*; gives its answer, or raises StandinError with its message."""
    try:
        with socket.create_connection((HOST, control["port"]), timeout=within) as sock, sock.makefile("rwb") as file:
            file.write(json.dumps({**request, "token": control["token"]}).encode() + b"\n")
            file.flush()
            line = file.readline()
        answer: dict[str, Any] = json.loads(line)
    except (OSError, ValueError) as error:
        raise StandinError(f"the supervisor does not answer: {error}") from error
    if "error" in answer:
        raise StandinError(answer["error"], answer.get("code", FAILED))
    return answer
