"""Which tokens open what."""

import time

import jwt
import pytest
from pydantic import SecretStr

from standin.app.security import TokenSigner, fingerprint
from standin.settings import Settings

KEY = "a-key-for-tests-of-at-least-32-bytes"


@pytest.fixture(scope="module")
def tokens() -> TokenSigner:
    """Tokens of one key."""
    nowhere = SecretStr("redis://nowhere/0")
    return TokenSigner(
        Settings(
            database_url=SecretStr("postgresql://nowhere/none"),
            redis_url=nowhere,
            celery_broker_url=nowhere,
            celery_result_backend=nowhere,
            secret_key=SecretStr(KEY),
            standin_bcrypt_rounds=4,
        )
    )


def signed(key: str = KEY, **claims: object) -> str:
    """A token as somebody else may have made it."""
    return jwt.encode({"sub": "1", "exp": int(time.time()) + 60, **claims}, key, "HS256")


def test_an_access_token_tells_its_owner(tokens: TokenSigner) -> None:
    """
    The subject is the user's id as text.
    """
    claims = tokens.read_access(tokens.access(7, 3))
    assert claims is not None
    assert (claims["sub"], claims["sid"]) == ("7", 3)


def test_a_refresh_token_is_no_access_token(tokens: TokenSigner) -> None:
    """
    Nor the other way round.
    """
    assert tokens.read_access(tokens.refresh(7, 3, "x")) is None
    assert tokens.read_refresh(tokens.access(7, 3)) is None
    assert tokens.read_refresh(tokens.refresh(7, 3, "x")) is not None


def test_a_token_without_a_session_is_accepted(tokens: TokenSigner) -> None:
    """
    Subject and expiry are all the target promises.
    """
    assert tokens.read_access(signed()) is not None


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="nothing"),
        pytest.param("a.b.c", id="no token at all"),
        pytest.param(signed(key="another-key-of-at-least-32-bytes-xx"), id="signed with another key"),
        pytest.param(signed(exp=int(time.time()) - 1), id="expired"),
        pytest.param(signed(sub="admin"), id="a subject that is no id"),
        pytest.param(jwt.encode({"sub": "1"}, KEY, "HS256"), id="no expiry"),
        pytest.param(jwt.encode({"sub": "1", "exp": 2**40}, "", "none"), id="not signed"),
        pytest.param(jwt.encode({"sub": "1", "exp": 2**40}, KEY * 2, "HS512"), id="another algorithm"),
    ],
)
def test_whatever_else_opens_nothing(tokens: TokenSigner, token: str) -> None:
    """
    Forged, expired or malformed: all the same.
    """
    assert tokens.read(token) is None


def test_a_reset_token_opens_nothing_and_names_the_password_it_is_for(tokens: TokenSigner) -> None:
    """
    It is no access token and renews nothing; another password has another mark.
    """
    token = tokens.reset(7, "hash of a password")
    assert tokens.read_access(token) is None
    assert tokens.read_refresh(token) is None
    claims = tokens.read_reset(token)
    assert claims is not None
    assert claims["jti"] == fingerprint("hash of a password") != fingerprint("hash of the next")
    assert tokens.read_reset(tokens.access(7, 3)) is None
