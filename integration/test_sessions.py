"""Sessions: renewed and ended."""

import pytest

from rollout.target.answer import expect, expect_as
from rollout.target.http import Client, bearer
from xcodereviewer.api import API, Api, refresh_form, renewed
from xcodereviewer.models import Person
from xcodereviewer.refusals import TURNED_AWAY

pytestmark = [pytest.mark.criterion("features-functional"), pytest.mark.promise("api: POST /api/v1/auth/refresh")]


def test_a_refresh_token_brings_tokens_that_work(newcomer: Api, anonymous: Client) -> None:
    """
    The access token from a renewal opens what its owner may see.
    """
    tokens = renewed(anonymous, newcomer.tokens)
    assert (
        expect_as(Person, anonymous.get(f"{API}/auth/me", headers=bearer(tokens.access_token))).username
        == newcomer.name
    )


@pytest.mark.promise("api: POST /api/v1/auth/refresh")
def test_an_access_token_renews_nothing(newcomer: Api, anonymous: Client) -> None:
    """
    Only a refresh token is good for a renewal.
    """
    body = {"refresh_token": newcomer.tokens.access_token.get_secret_value()}
    expect(anonymous.post(f"{API}/auth/refresh", json=body), *TURNED_AWAY)


@pytest.mark.promise("api: POST /api/v1/auth/logout")
def test_a_person_logs_out(newcomer: Api) -> None:
    """
    Logging out succeeds.
    """
    expect(newcomer.post("/auth/logout", refresh_form(newcomer.tokens)), 204)
