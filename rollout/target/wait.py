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
LONGEST_S = math.inf  # s; `rollout prove` sets it lower, so that no check waits a minute in vain
BROKEN_CONNECTIONS = (ConnectionError, httpx.TransportError)


def pause(seconds: float) -> None:
    """Sleep for *seconds*; `in_time` does not count them against the time limit of the work."""
    if (pauses := PAUSES.get(None)) is not None:
        pauses.seconds += seconds
    time.sleep(seconds)  # noqa: TID251 - the one place


def eventually(check: Callable[[], T], *, within: float) -> T:
    """
    The result of *check* as soon as it does not raise.

    *check* asserts; it is repeated after an AssertionError or a broken connection only. After *within* seconds TooLate is
    raised with the last complaint, `listed did not hold within 5 s; last: …`, or the last error if it is an obstacle.
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
    """The first line of an error's text, else the name of its class."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
