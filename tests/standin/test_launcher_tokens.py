"""Tokens that every boot tells, so that they can be seen refused."""

import jwt
import pytest

from standin.credentials import Credentials


def test_the_expired_token_is_refused_for_its_time_alone() -> None:
    """
    Its signature holds: a check that sees it accepted has found exactly one defect.
    """
    credentials = Credentials()
    token = credentials.expired_token()
    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token, credentials.secret_key, ["HS256"])
    assert jwt.decode(token, credentials.secret_key, ["HS256"], options={"verify_exp": False})["sub"] == "1"


def test_the_reset_token_is_refused_for_its_purpose_alone() -> None:
    """
    Its signature holds and its time is not over: a check that sees it let in has found exactly one defect.
    """
    credentials = Credentials()
    claims = jwt.decode(credentials.reset_token(), credentials.secret_key, ["HS256"])
    assert claims["type"] == "reset"
