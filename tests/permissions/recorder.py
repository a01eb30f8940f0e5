"""A small HTTP server that imitates the API well enough for whole commands, and records the requests."""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from rollout.target.openapi import METHODS, PLACE, Schema, example, resolved
from rollout.target.tokens import signed
from standin.app.factory import create_app
from standin.settings import Settings
from tests.loopback import LoopbackServer
from tests.target.allowed import ADMIN, USER
from xcodereviewer.target import LOGIN

READS = ("GET", "HEAD", "OPTIONS")
KEY = "a-key-for-tests-of-at-least-32-bytes"
OPENAPI = "/api/v1/openapi.json"
KNOWN: dict[str, Any] = {
    **{"id": 1, "status": "completed", "progress": 100, "role": "user", "is_active": True, "title": "an issue"},
    "email": USER["user_email"],
    **{"total": 1, "page": 1, "page_size": 100, "format": "json", "version": "2.0.0"},
}
PLAIN: dict[str, Any] = {
    "/health": {"status": "healthy", "version": "2.0.0"},
    "/ready": {"status": "ready", "checks": {"database": "connected"}},
    "/config.json": {"USE_BACKEND_API": False},
}


@dataclass(frozen=True)
class Arrival:
    """One received request."""

    method: str
    path: str
    body: bytes

    @property
    def sign_in(self) -> bool:
        """Whether the request signs in one of the two accounts of the target."""
        form = {name: values[0] for name, values in parse_qs(self.body.decode(errors="replace")).items()}
        names = {ADMIN["admin_email"]: ADMIN["admin_password"], USER["user_email"]: USER["user_password"]}
        told = {name: {"username": name, "password": word} for name, word in names.items()}
        return (self.method, self.path) == ("POST", LOGIN) and form == told.get(form.get("username", ""))

    @property
    def harmless(self) -> bool:
        """Whether the request changes nothing in any system."""
        return self.method in READS or self.sign_in


@dataclass
class Recorder:
    """The received requests, and the address of the server."""

    url: str = ""
    arrivals: list[Arrival] = field(default_factory=list)


@cache
def document() -> Schema:
    """The description of the stand-in's operations; nothing is connected to."""
    nowhere = SecretStr("redis://127.0.0.1:9/0")
    settings = Settings(
        database_url=SecretStr("postgresql://127.0.0.1:9/none"),
        redis_url=nowhere,
        celery_broker_url=nowhere,
        celery_result_backend=nowhere,
        secret_key=SecretStr(KEY),
        standin_bcrypt_rounds=4,
    )
    return create_app(settings).openapi()


def token() -> str:
    """An access token of user 1, good for an hour."""
    return signed({"sub": "1", "exp": int(time.time()) + 3600}, KEY)


def answer(method: str, path: str, authorization: str) -> tuple[int, Any]:
    """Status and document: an example of the described answer, for a request with a token."""
    if path == OPENAPI:
        return 200, document()
    if path in PLAIN:
        return 200, PLAIN[path]
    if path == LOGIN and method == "POST":
        return 200, {"access_token": token(), "refresh_token": token(), "token_type": "bearer"}
    told = operation(method, path)
    if told is None:
        return 404, {"detail": "no such page"}
    if "security" in told and authorization.count(".") != 2:
        return 401, {"detail": "no token"}
    return promised(told)


def operation(method: str, path: str) -> Mapping[str, Any] | None:
    """The described operation; None if there is none."""
    for template, item in document()["paths"].items():
        if re.fullmatch(PLACE.sub("[^/]+", template), path) and method.lower() in item:
            return dict(item[method.lower()])
    return None


def promised(told: Mapping[str, Any]) -> tuple[int, Any]:
    """The first successful answer in the description of an operation."""
    status = min(code for code in told["responses"] if code.startswith("2"))
    content = told["responses"][status].get("content", {}).get("application/json", {})
    schema = resolved(document(), content.get("schema", {}))
    made = example(document(), schema, KNOWN)
    if isinstance(made, dict) and "items" in made:
        item = resolved(document(), schema["properties"]["items"].get("items", {}))
        made = {**made, "items": [example(document(), item, KNOWN)]}
    return int(status), made


class Handler(BaseHTTPRequestHandler):
    """Records a request, then answers it."""

    protocol_version = "HTTP/1.1"
    recorder: ClassVar[Recorder]

    def do_GET(self) -> None:
        """Any method."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = urlsplit(self.path).path
        self.recorder.arrivals.append(Arrival(self.command, path, body))
        status, told = answer(self.command, path, self.headers.get("authorization", ""))
        said = b"" if status == 204 else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else said)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""


for method in METHODS:
    setattr(Handler, f"do_{method.upper()}", Handler.do_GET)


@contextmanager
def recording() -> Iterator[Recorder]:
    """The server on a free port of this machine while the block lasts."""
    recorder = Recorder()
    with LoopbackServer(("127.0.0.1", 0), type("Recording", (Handler,), {"recorder": recorder})) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        recorder.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield recorder
        finally:
            server.shutdown()
