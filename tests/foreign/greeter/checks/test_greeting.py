"""Does it greet?"""

import httpx
import pytest

from rollout.target import Target


@pytest.mark.criterion("greets")
def test_a_guest_is_greeted_by_name(target: Target) -> None:
    """
    The name in the address is the name in the greeting.
    """
    assert httpx.get(target.url("/greeting/Kim"), timeout=3).json() == {"text": "Hello Kim"}
