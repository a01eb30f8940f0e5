"""The token that has expired."""

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
