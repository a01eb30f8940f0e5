"""Which operations belong to special flows, and what looks like a token of theirs."""

from typing import Any

import httpx
import pytest

from rollout.target.openapi import operations
from xcodereviewer.special_flows import sends_links, special, tokens_in

WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0.c2lnbmF0dXJl"


def asking(*names: str) -> dict[str, Any]:
    """A POST whose body has those fields."""
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}


DOCUMENT: dict[str, Any] = {
    "paths": {
        "/auth/login": asking("email", "password"),
        "/auth/forgot-password": asking("email"),
        "/auth/password-reset/confirm": asking("token", "new_password"),
        "/auth/verify-email/{token}": {"get": {}},
        "/reports/{id}/download": {"get": {}},
        "/projects": {"get": {}},
    }
}


def test_special_flows_are_known_by_their_words() -> None:
    """
    Signing in and lists are ordinary.
    """
    assert [one.path for one in special(operations(DOCUMENT))] == [
        "/auth/forgot-password",
        "/auth/password-reset/confirm",
        "/auth/verify-email/{token}",
        "/reports/{id}/download",
    ]


def test_links_are_sent_to_whoever_has_an_account() -> None:
    """
    Asked for by address or name; what takes the link's token sends none.
    """
    assert [one.path for one in sends_links(operations(DOCUMENT))] == ["/auth/forgot-password"]


@pytest.mark.parametrize(
    ("said", "tokens"),
    [
        pytest.param({"message": "sent"}, [], id="no token"),
        pytest.param({"data": [{"reset_token": "x" * 20}]}, ["x" * 20], id="a text that is called a token"),
        pytest.param({"link": f"https://t/reset?k={WEB_TOKEN}"}, [WEB_TOKEN], id="a web token in a link"),
        pytest.param({"token_type": "bearer"}, [], id="a short word"),
    ],
)
def test_tokens_are_found_in_an_answer(said: object, tokens: list[str]) -> None:
    """
    By their shape, or by what they are called.
    """
    assert tokens_in(httpx.Response(200, json=said)) == tokens


def test_an_answer_that_is_no_json_is_searched_too() -> None:
    """
    A page may hold a web token.
    """
    assert tokens_in(httpx.Response(200, text=f"<a href='/reset/{WEB_TOKEN}'>")) == [WEB_TOKEN]
