"""The rest that a 429 asks for by Retry-After, and the obstacle that a 429 is."""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import httpx

from rollout.target.obstacle import Obstacle

TOO_MANY = 429
LONGEST_REST_S = 65.0  # a minute's window, and a little for clocks that differ
DEFAULT_REST_S = 5.0  # where a 429 says no rest, or none that can be read
WAY_OUT = "let the rate limiter allow what these checks send, or run them when nobody else sends requests"


class RateLimited(Obstacle):
    """The rate limiter answered in place of the subject: a 429 that stands says nothing about what was asked for."""

    def __init__(self, url: httpx.URL) -> None:
        place = f"{url.scheme}://{url.netloc.decode()}"
        super().__init__(f"the rate limiter is in the way: got {TOO_MANY} from {place}", WAY_OUT)


def rest_after(response: httpx.Response) -> float:
    """The rest that a 429 asks for, in seconds; 0 for any other answer, and if it is longer than a check may wait."""
    rest_s = (retry_after(response.headers) or DEFAULT_REST_S) if response.status_code == TOO_MANY else 0.0
    return rest_s if rest_s <= LONGEST_REST_S else 0.0


def retry_after(headers: Mapping[str, str]) -> float:
    """The seconds in Retry-After, or until the date in it by the clock of the answer; 0 if there are none."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    if (until := moment_of(text)) is None:
        return 0.0
    now = moment_of(headers.get("date", ""))
    return max(0.0, until - (time.time() if now is None else now))


def moment_of(date: str) -> float | None:
    """An HTTP date in seconds since the epoch; None if it is none."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None
