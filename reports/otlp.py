"""decision.otlp.json: the metrics of decision.prom for OpenTelemetry, sent by OTLP/HTTP where an endpoint is set."""

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from prometheus_client import CollectorRegistry

from reports.files import write
from reports.text import clipped
from reports.textfile import metrics
from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.kept import on_stderr

if TYPE_CHECKING:
    import httpx

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"  # the base of all signals
OF_METRICS = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"  # taken as it is
HEADERS = "OTEL_EXPORTER_OTLP_HEADERS"  # name=value,name=value; may hold a secret
TIMEOUT_S = 10.0
MOST_CHARACTERS = 200


def render(decision: Decision, ledger: Ledger, folder: Path) -> Path | None:
    """
    Write `decision.otlp.json` to *folder* and send it, where the environment names an endpoint; None without one.

    A decision does not depend on its receiver: what went wrong is a line on standard error.
    """
    name = next((each for each in (OF_METRICS, ENDPOINT) if os.environ.get(each)), None)
    if name is None:
        return None
    body = json.dumps(document(metrics(decision), decision.decided_at), ensure_ascii=False, allow_nan=False)
    path = write(folder / "decision.otlp.json", body)
    if why := sent(name, body.encode(errors="replace")):
        on_stderr(f"{name}: the decision was not sent: {clipped(why, MOST_CHARACTERS)}; it lies in {path}")
    return path


def document(registry: CollectorRegistry, at: float) -> dict[str, Any]:
    """The gauges of *registry* as an export request of OTLP, each at the moment *at*, in seconds since the epoch."""
    told = [
        {
            "name": each.name,
            "description": each.documentation,
            "gauge": {"dataPoints": [point(*one[1:3], at) for one in each.samples]},
        }
        for each in registry.collect()
    ]
    scope = {"scope": {"name": "rollout"}, "metrics": told}
    return {
        "resourceMetrics": [
            {"resource": {"attributes": attributes({"service.name": "rollout"})}, "scopeMetrics": [scope]}
        ]
    }


def point(labels: Mapping[str, str], value: float, at: float) -> dict[str, Any]:
    """One sample; JSON has no number for what is not finite."""
    number = value if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")
    return {"attributes": attributes(labels), "timeUnixNano": str(round(at * 1e9)), "asDouble": number}


def attributes(labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Labels as OTLP has them."""
    return [{"key": name, "value": {"stringValue": text}} for name, text in labels.items()]


def sent(name: str, body: bytes) -> str:
    """Send *body* to the endpoint in the variable *name*; gives why it did not arrive, empty if it did."""
    import httpx  # slow, and not needed without an endpoint

    given = os.environ[name]
    address = given if name == OF_METRICS else f"{given.rstrip('/')}/v1/metrics"
    try:
        headers = {**headers_of(os.environ.get(HEADERS, "")), "content-type": "application/json"}
        answer = httpx.post(address, content=body, headers=headers, timeout=TIMEOUT_S)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError, ValueError):
        return "it is no http or https address, or a header is none"
    except httpx.TimeoutException:
        return f"no answer within {TIMEOUT_S:g} s"
    except httpx.HTTPError as error:
        return f"no connection ({type(error).__name__})"  # its text may tell the address, with a password in it
    if not answer.is_success:
        return f"the receiver answered {answer.status_code}"
    return refused(answer)


def refused(answer: "httpx.Response") -> str:
    """What a receiver says of samples that it did not take; empty if it took all."""
    try:
        partly = answer.json().get("partialSuccess") or {}
        number = int(partly.get("rejectedDataPoints") or 0)
    except (ValueError, AttributeError):
        return ""  # an empty answer is a success
    return f"the receiver refused {number} samples: {partly.get('errorMessage', '')}" if number else ""


def headers_of(text: str) -> dict[str, str]:
    """The headers in `name=value,name=value`, percent-decoded."""
    pairs = (each.partition("=") for each in text.split(",") if each.strip())
    return {unquote(name.strip()): unquote(value.strip()) for name, _, value in pairs}
