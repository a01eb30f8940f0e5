"""Refusals as the API publishes them: clients tell a session that is over by the status."""

import pytest
from pydantic import SecretStr

from rollout.target.http import Client
from rollout.target.permission import as_it_comes
from xcodereviewer.api import API, Api, login
from xcodereviewer.refusals import REFUSED, expect_refused

pytestmark = [
    pytest.mark.criterion("features-functional"),
    pytest.mark.promise("api: No token: 401 or 403. Bad, expired or forged token: 401 or 403."),
]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no token"),
        pytest.param({"Authorization": "Bearer rollout.no.token"}, id="a bad token"),
    ],
)
def test_who_is_not_signed_in_is_refused_with_the_published_status(anonymous: Client, headers: dict[str, str]) -> None:
    """
    No token and a bad one are answered 401 or 403.
    """
    expect_refused(anonymous.get(f"{API}/auth/me", headers=headers), *REFUSED)


@pytest.mark.promise("api: POST /api/v1/auth/login")
def test_a_wrong_password_is_refused_with_the_published_status(newcomer: Api) -> None:
    """
    A sign-in that fails is answered 401.
    """
    expect_refused(login(newcomer.client, newcomer.name, SecretStr("Wrong-password-0"), extensions=as_it_comes()), 401)


@pytest.mark.promise("api: POST /api/v1/auth/refresh")
def test_a_bad_refresh_token_is_refused_with_the_published_status(newcomer: Api) -> None:
    """
    A renewal without a good refresh token is answered 401.
    """
    expect_refused(newcomer.client.post(f"{API}/auth/refresh", json={"refresh_token": "rollout.no.token"}), 401)


@pytest.mark.promise("api: Non-admin on an admin route: 403.")
def test_a_plain_user_on_an_administrators_page_is_refused_with_the_published_status(newcomer: Api) -> None:
    """
    Whoever is no administrator is answered 403 there.
    """
    expect_refused(newcomer.get("/monitoring/database/pool"), 403)
