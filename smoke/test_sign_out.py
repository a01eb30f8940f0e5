"""Does the door close behind whoever leaves? Web tokens alone cannot be taken back, so this is reported and decides nothing."""

import pytest

from rollout.target.answer import expect
from rollout.target.http import Client, bearer
from xcodereviewer.api import API, Api, refresh_form
from xcodereviewer.refusals import TURNED_AWAY


@pytest.mark.criterion("access-ends-at-logout")
@pytest.mark.promise("advisory: logging out is answered 204; nothing is said about tokens that are out")
def test_an_access_token_ends_with_the_sign_out(newcomer: Api, anonymous: Client) -> None:
    """
    The access token of somebody who signed out is refused, though its time is not over.
    """
    tokens = newcomer.tokens
    expect(newcomer.post("/auth/logout", refresh_form(tokens)), 204)
    expect(anonymous.get(f"{API}/auth/me", headers=bearer(tokens.access_token)), *TURNED_AWAY)
