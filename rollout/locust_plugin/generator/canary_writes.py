"""Canary writes: writes acknowledged during the load must be present and unchanged after it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gevent
from locust.contrib.fasthttp import FastHttpSession

TRIES = 3
BETWEEN_S = 1.0
NAME = "canary.verify"


@dataclass(frozen=True)
class Written:
    """An acknowledged write: its *label* with sequence number, the path to read it at, and the hash of its *fields*."""

    label: str
    path: str
    fields: tuple[str, ...]
    digest: str


def digest(document: Mapping[str, Any], fields: tuple[str, ...]) -> str:
    """The hash of some *fields* of a document."""
    text = json.dumps([document.get(name) for name in fields], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(client: FastHttpSession, written: Written, canary: dict[str, Any]) -> None:
    """Read one write back and count it in *canary* as verified, missing or altered; if it cannot be read, as none of them."""
    for attempt in range(TRIES):
        if attempt:
            gevent.sleep(BETWEEN_S)
        with client.get(written.path, name=NAME, catch_response=True) as answer:
            answer.success()
            status, content = answer.status_code, answer.content
        if status in (200, 404):
            note(written, readable(content) if status == 200 else None, canary)
            return


def readable(content: Any) -> dict[str, Any]:
    """The JSON object in *content*; empty if there is none, which counts as an altered write."""
    try:
        document = json.loads(content)
    except (TypeError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def note(written: Written, document: Mapping[str, Any] | None, canary: dict[str, Any]) -> None:
    """Compare the *document* read with the acknowledged write, and count it in *canary*."""
    canary["verified"] += 1
    if document is None:
        canary["missing"].append(written.label)
    elif digest(document, written.fields) != written.digest:
        canary["altered"].append(written.label)
