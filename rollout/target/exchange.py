"""Requests with their answers, told to whoever documents what a check did."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class Exchange:
    """One request and its *answer*, or the *complaint* where none came; *seconds* is how long that took."""

    request: httpx.Request
    answer: httpx.Response | None
    complaint: str
    seconds: float


LISTENERS: list[Callable[[Exchange], None]] = []  # of this process; they never change what a check sees


def tell(exchange: Exchange) -> None:
    """Hand an exchange to everybody who listens."""
    for listener in LISTENERS:
        listener(exchange)
