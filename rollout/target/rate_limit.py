"""A 429 that says when to come back is obeyed once: the suite is a polite guest."""

from collections.abc import Callable

import httpx

from rollout.target.wait import pause

LONGEST_REST_S = 60.0


def politely(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer to *ask*; where that is a 429 that says when to come back, the answer given then."""
    answer = ask()
    if answer.status_code == 429 and 0 < (rest_s := retry_after(answer)) <= LONGEST_REST_S:
        pause(rest_s)
        answer = ask()
    return answer


def retry_after(response: httpx.Response) -> float:
    """The rest that the answer asks for, in seconds; 0 where it asks for none."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() else 0.0
