"""The only wait, and the only place that sleeps."""

import math
import time
from collections.abc import Callable
from typing import TypeVar

import httpx

from rollout.target.deadline import PAUSES, TooLate
from rollout.target.obstacle import Obstacle

T = TypeVar("T")
PAUSE_S = 0.1
LONGEST_S = math.inf  # where faults are tried one after the other, nobody waits a minute for what never comes
BROKEN_CONNECTIONS = (ConnectionError, httpx.TransportError)


def pause(seconds: float) -> None:
    """Let *seconds* pass, which whoever waits for this work in time does not count."""
    if (pauses := PAUSES.get(None)) is not None:
        pauses.seconds += seconds
    time.sleep(seconds)  # noqa: TID251 - the one place


def eventually(check: Callable[[], T], *, within: float) -> T:
    """
    What *check* returns as soon as it holds.

    *check* asserts; only AssertionError and broken connections are tried again. After *within* seconds TooLate is
    raised with the last complaint: `listed did not hold within 5 s; last: …`; an obstacle as it is.
    """
    within = min(within, LONGEST_S)
    end = time.monotonic() + within
    while True:
        try:
            return check()
        except (AssertionError, *BROKEN_CONNECTIONS) as error:
            if time.monotonic() >= end:
                if isinstance(error, Obstacle):
                    raise
                name = getattr(check, "__name__", "check")
                raise TooLate(f"{name} did not hold within {within:g} s; last: {first_line(error)}") from error
        pause(PAUSE_S)


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
