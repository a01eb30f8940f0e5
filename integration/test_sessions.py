"""Sessions: renewed, ended, and guarded against guessing."""

import pytest
from pydantic import SecretStr

from rollout.target.answer import expect, expect_as
from rollout.target.http import Client
from rollout.target.permission import as_it_comes
from xcodereviewer.api import API, Api, login, refresh_form
from xcodereviewer.models import Person, Tokens

pytestmark = pytest.mark.criterion("features-functional")
WRONG = SecretStr("Wrong-password-0")
MOST_GUESSES = 30


def renewed(client: Client, tokens: Tokens) -> Tokens:
    """Tokens in exchange for the refresh token of *tokens*."""
    return expect_as(Tokens, client.post(f"{API}/auth/refresh", json=refresh_form(tokens)))


def test_a_refresh_token_brings_tokens_that_work(newcomer: Api, anonymous: Client) -> None:
    """
    The access token from a renewal opens what its owner may see.
    """
    tokens = renewed(anonymous, newcomer.tokens)
    shown = {"Authorization": f"Bearer {tokens.access_token.get_secret_value()}"}
    assert expect_as(Person, anonymous.get(f"{API}/auth/me", headers=shown)).username == newcomer.name


def test_a_refresh_token_works_once(newcomer: Api, anonymous: Client) -> None:
    """
    A renewal hands out another refresh token, and the used one is refused from then on.
    """
    before = newcomer.tokens
    after = renewed(anonymous, before)
    assert after.refresh_token != before.refresh_token
    expect(anonymous.post(f"{API}/auth/refresh", json=refresh_form(before)), 401, 403)


def test_an_access_token_renews_nothing(newcomer: Api, anonymous: Client) -> None:
    """
    Only a refresh token is good for a renewal.
    """
    body = {"refresh_token": newcomer.tokens.access_token.get_secret_value()}
    expect(anonymous.post(f"{API}/auth/refresh", json=body), 401, 403)


def test_after_a_logout_the_session_cannot_be_renewed(newcomer: Api, anonymous: Client) -> None:
    """
    Logging out ends the session: its refresh token is refused.
    """
    tokens = newcomer.tokens
    expect(newcomer.post("/auth/logout", refresh_form(tokens)), 204)
    expect(anonymous.post(f"{API}/auth/refresh", json=refresh_form(tokens)), 401, 403)


def test_guessing_passwords_is_stopped(newcomer: Api) -> None:
    """
    After some wrong passwords in a row the account is locked, or the guesser is slowed down.
    """
    for _ in range(MOST_GUESSES):
        answer = expect(login(newcomer.client, newcomer.name, WRONG, extensions=as_it_comes()), 401, 423, 429)
        if answer.status_code != 401:
            return
    raise AssertionError(f"{MOST_GUESSES} wrong passwords in a row: got 401 each time, want 423 or 429 at last")
