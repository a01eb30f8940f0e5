"""decision.otlp.json says to OpenTelemetry what decision.prom says to Prometheus, and reaches a receiver where one is set."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from prometheus_client import CollectorRegistry, Gauge

from reports import otlp, textfile
from rollout.evidence import Ledger
from tests.reports.samples import full_decision


class Receiver(BaseHTTPRequestHandler):
    """Takes an export request and answers as it is told to."""

    status, answer = 200, b"{}"
    got: ClassVar[list[tuple[str, dict[str, str], Any]]] = []

    def do_POST(self) -> None:
        """Keep path, headers and document."""
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.path, dict(self.headers.items()), json.loads(body)))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A receiver on loopback; gives its address."""
    monkeypatch.setattr(Receiver, "got", [])
    for name in (otlp.ENDPOINT, otlp.OF_METRICS, otlp.HEADERS):
        monkeypatch.delenv(name, raising=False)
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_without_an_endpoint_nothing_is_written(tmp_path: Path, receiver: str) -> None:
    """
    Nor sent: the default address of other exporters is not taken.
    """
    assert otlp.render(full_decision(), Ledger(), tmp_path) is None
    assert (list(tmp_path.iterdir()), Receiver.got) == ([], [])


@pytest.mark.parametrize(
    ("name", "path"),
    [(otlp.ENDPOINT, "/v1/metrics"), (otlp.OF_METRICS, "/own")],
)
def test_a_receiver_gets_every_sample_of_the_text_file(
    tmp_path: Path,
    receiver: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    name: str,
    path: str,
) -> None:
    """
    With the headers of the environment, at the base address and its path or at the address of metrics as it is.
    """
    monkeypatch.setenv(name, receiver if name == otlp.ENDPOINT else f"{receiver}/own")
    monkeypatch.setenv(otlp.HEADERS, "authorization=Basic%20s3cret-word, x-team = ops")
    made = full_decision()
    file = otlp.render(made, Ledger(), tmp_path)
    [(asked, headers, document)] = Receiver.got
    assert (asked, headers["authorization"], headers["x-team"]) == (path, "Basic s3cret-word", "ops")
    assert headers["content-type"] == "application/json"
    assert file is not None
    assert json.loads(file.read_text(encoding="utf-8")) == document
    assert "s3cret-word" not in file.read_text(encoding="utf-8")
    [resource] = document["resourceMetrics"]
    [scope] = resource["scopeMetrics"]
    points = [
        (each["name"], {pair["key"]: pair["value"]["stringValue"] for pair in one["attributes"]}, one["asDouble"])
        for each in scope["metrics"]
        for one in each["gauge"]["dataPoints"]
    ]
    families = textfile.metrics(made).collect()
    assert points == [(one.name, one.labels, one.value) for each in families for one in each.samples]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (503, b"", "the receiver answered 503"),
        (307, b"", "the receiver answered 307"),
        (200, b'{"partialSuccess": {"rejectedDataPoints": "3", "errorMessage": "old"}}', "refused 3 samples: old"),
    ],
)
def test_what_a_receiver_does_not_take_is_told(
    tmp_path: Path,
    receiver: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    status: int,
    answer: bytes,
    said: str,
) -> None:
    """
    In one line, with the file that has it all; the decision stands.
    """
    monkeypatch.setattr(Receiver, "status", status)
    monkeypatch.setattr(Receiver, "answer", answer)
    monkeypatch.setenv(otlp.ENDPOINT, receiver)
    file = otlp.render(full_decision(), Ledger(), tmp_path)
    err = capfd.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert str(file) in err


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://u:secret@127.0.0.1:9", "no connection (ConnectError)"),
        ("nowhere", "it is no http or https address"),
        ("ftp://u:secret@x", "it is no http or https address"),
    ],
)
def test_a_receiver_that_is_not_there_is_told_without_its_password(
    tmp_path: Path,
    receiver: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    address: str,
    said: str,
) -> None:
    """
    A refused connection, an address that is none, another protocol.
    """
    monkeypatch.setenv(otlp.ENDPOINT, address)
    assert otlp.render(full_decision(), Ledger(), tmp_path) is not None
    err = capfd.readouterr().err
    assert err.startswith(f"rollout: {otlp.ENDPOINT}: the decision was not sent: {said}")
    assert "secret" not in err


def test_a_number_that_json_does_not_have_is_a_word() -> None:
    """
    As the format writes it.
    """
    registry = CollectorRegistry()
    gauge = Gauge("x", "x", ["name"], registry=registry)
    for name in ("nan", "inf", "-inf"):
        gauge.labels(name).set(float(name))
    [metric] = otlp.document(registry, 1.5)["resourceMetrics"][0]["scopeMetrics"][0]["metrics"]
    points = metric["gauge"]["dataPoints"]
    assert [each["asDouble"] for each in points] == ["NaN", "Infinity", "-Infinity"]
    assert {each["timeUnixNano"] for each in points} == {"1500000000"}
