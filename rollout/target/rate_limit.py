"""The rest that a 429 asks for by Retry-After."""

import httpx

LONGEST_REST_S = 60.0


def rest_after(response: httpx.Response) -> float:
    """The rest that a 429 asks for, in seconds; 0 for any other answer, and if it is longer than a check may wait."""
    rest_s = retry_after(response) if response.status_code == 429 else 0.0
    return rest_s if rest_s <= LONGEST_REST_S else 0.0


def retry_after(response: httpx.Response) -> float:
    """The seconds in Retry-After; 0 if there are none."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isdigit() else 0.0
