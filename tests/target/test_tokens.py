"""Tokens that nobody issued."""

import httpx
import jwt
import pytest
from pydantic import SecretStr

from rollout.target.tokens import NoClaims, claims_of, signed, unsigned
from xcodereviewer.disclosure import disclosed

CLAIMS = {"sub": "7", "exp": 4_000_000_000}
KEY = "k" * 32


def test_a_signed_token_is_one_that_its_key_opens() -> None:
    """
    A forged token differs from an issued one in its key alone: a backend with that key would let it in.
    """
    token = signed(CLAIMS, KEY)
    assert jwt.decode(token, KEY, ["HS256"]) == CLAIMS
    assert claims_of(SecretStr(token)) == CLAIMS


def test_an_unsigned_token_is_one_that_a_careless_backend_reads() -> None:
    """
    It names `none` as its algorithm, and whoever allows that reads the claims.
    """
    assert jwt.get_unverified_header(unsigned(CLAIMS))["alg"] == "none"
    assert jwt.decode(unsigned(CLAIMS), options={"verify_signature": False}) == CLAIMS


@pytest.mark.parametrize("text", ["", "rollout", "a.b.c", "..", "é.é.é", f"a.{signed(CLAIMS, KEY)}"])
def test_what_is_no_token_is_told_without_it(text: str) -> None:
    """
    The complaint does not repeat what it got.
    """
    with pytest.raises(NoClaims, match="got no JSON web token, want three parts"):
        claims_of(SecretStr(text))


@pytest.mark.parametrize(
    "text",
    [
        "root:x:0:0:root:/root:/bin/bash",
        "Traceback (most recent call last):",
        'ERROR: syntax error at or near "\'"',
        'File "/srv/app/main.py", line 3',
    ],
)
def test_signs_of_the_inside_are_seen(text: str) -> None:
    """
    Files of the server, tracebacks and complaints of the database give the inside away; ordinary text does not.
    """
    request = httpx.Request("GET", "http://127.0.0.1/")
    assert disclosed(httpx.Response(200, text=f'{{"detail": {text}}}', request=request))
    assert disclosed(httpx.Response(200, text='{"detail": "project not found"}', request=request)) is None
