"""Requests with their answers, passed to the listeners that document a check."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class Exchange:
    """One request and its *answer*, or the *complaint* if there is none; *seconds* is the duration."""

    request: httpx.Request
    answer: httpx.Response | None
    complaint: str
    seconds: float


LISTENERS: list[Callable[[Exchange], None]] = []  # of this process; they must not change an exchange


def tell(exchange: Exchange) -> None:
    """Pass an exchange to every listener."""
    for listener in LISTENERS:
        listener(exchange)
