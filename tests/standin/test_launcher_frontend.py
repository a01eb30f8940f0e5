"""The frontend's answers, and the operations side beside it."""

import asyncio
import gzip
import json
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from standin import faults
from standin.frontend import operations
from standin.frontend.frontend_settings import FrontendSettings
from standin.frontend.operations import Operations
from standin.frontend.site import Redirect, Site

SETTINGS = FrontendSettings(
    backend_port=1,
    https_port=443,
    ca_file="",
    tls_dir="",
    faults_file="",
    redis_url="redis://127.0.0.1:1/0",
    sentry_key="key",
    version="2.0.0",
)
ENVELOPE = b'{"event_id": "e1"}\n{"type": "session"}\n{}\n{"type": "event", "length": 18}\n{"level": "error"}\n'


def request(app: ASGIApp, method: str, path: str, **options: object) -> httpx.Response:
    """One request to *app*, without a socket."""

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, **options)  # type: ignore[arg-type]

    return asyncio.run(send())


def test_the_flags_are_off_when_the_backend_does_not_answer() -> None:
    """
    Without the backend, the browser's own store goes on being used.
    """
    flags = request(Site(SETTINGS).app(), "GET", "/config.json?user_id=1").json()["flags"]
    assert flags
    assert not any(flags.values())


def test_plain_http_points_to_https_and_keeps_the_method() -> None:
    """
    308, because a 301 turns a POST into a GET.
    """
    site = Site(SETTINGS).app()
    answer = request(Redirect(SETTINGS, site), "POST", "/config.json?user_id=1")
    assert answer.status_code == 308
    assert answer.headers["location"] == "https://localhost:443/config.json?user_id=1"


def test_a_path_that_leads_out_reads_a_file_under_its_fault_alone(tmp_path: Path) -> None:
    """
    A careless server of files; without the fault there is nothing at such a path.
    """
    site, file = Site(SETTINGS).app(), tmp_path / "faults.json"
    try:
        for on, status in ((False, 404), (True, 200)):
            file.write_text(json.dumps({"frontend-reads-files": {}} if on else {}), encoding="utf-8")
            faults.configure(file)
            answer = request(site, "GET", "/assets/..%2F..%2F..%2Fetc%2Fpasswd")
            assert (answer.status_code, "root:" in answer.text) == (status, on)
    finally:
        faults.configure(None)


def test_static_files_look_as_if_from_a_delivery_network() -> None:
    """
    The headers by which a check recognises one.
    """
    headers = request(Site(SETTINGS).app(), "GET", "/assets/app.js").headers
    assert "max-age" in headers["cache-control"]
    assert headers["x-cache"] == "HIT"
    assert "via" in headers


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_an_error_event_is_counted(encoding: str) -> None:
    """
    Of an envelope's items only events count.
    """
    app = Operations(SETTINGS).app()
    body = gzip.compress(ENVELOPE) if encoding else ENVELOPE
    headers = {"X-Sentry-Auth": "Sentry sentry_version=7, sentry_key=key", "Content-Encoding": encoding}
    assert request(app, "POST", "/api/1/envelope/", content=body, headers=headers).json() == {"id": "e1"}
    answer = request(app, "GET", "/api/1/events").json()
    assert answer["count"] == 1
    assert answer["items"][0]["level"] == "error"


def test_an_event_with_a_wrong_key_is_refused() -> None:
    """
    As Sentry refuses it.
    """
    answer = request(Operations(SETTINGS).app(), "POST", "/api/1/envelope/?sentry_key=other", content=ENVELOPE)
    assert answer.status_code == 403


@pytest.mark.parametrize("body", [b"", b"\xff", b"{}\n{", b"[]\n", b'{}\n{"type": "event", "length": -5}\n{}'])
def test_a_malformed_envelope_is_a_client_error(body: bytes) -> None:
    """
    Rubbish is answered 400 and counts for nothing.
    """
    app = Operations(SETTINGS).app()
    assert request(app, "POST", "/api/1/envelope/?sentry_key=key", content=body).status_code == 400
    assert request(app, "GET", "/api/1/events").json()["count"] == 0


def test_a_redis_that_is_down_is_said_to_be() -> None:
    """
    The exporter answers in any case; Prometheus must see the difference.
    """
    assert request(Operations(SETTINGS).app(), "GET", "/metrics").text == "redis_up 0\n"


def test_memory_is_exported_under_the_usual_names() -> None:
    """
    The alert rule divides the one by the other.
    """
    assert operations.metrics_text({"used_memory": 5, "maxmemory": 10}).splitlines()[1:] == [
        "redis_memory_used_bytes 5",
        "redis_memory_max_bytes 10",
    ]
