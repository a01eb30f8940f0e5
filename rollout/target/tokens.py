"""Forged tokens, which the target must refuse, and the claims of an issued one."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from rollout.bounded_text import json_of
from rollout.target.obstacle import Obstacle

WAY_OUT = "let the backend issue JSON web tokens, as its API publishes"
WELL_KNOWN_KEYS = (
    "change-me-in-production",
    "your-secret-key-change-in-production",
    "your-secret-key-here",
    "your-secret-key",
    "changeme",
    "secret",
    "",
)


class NoClaims(Obstacle):
    """A token is no JSON web token: nobody can forge one like it, or read when it expires. That accuses no backend."""

    def __init__(self) -> None:
        super().__init__("access token: got no JSON web token, want three parts with claims in the second", WAY_OUT)


def claims_of(token: SecretStr) -> dict[str, Any]:
    """The claims of an access token; NoClaims if it is no JSON web token."""
    parts = token.get_secret_value().split(".")
    try:
        claims = json_of(base64.urlsafe_b64decode(f"{parts[1]}==")) if len(parts) == 3 else None
    except ValueError:
        claims = None
    if not isinstance(claims, dict):
        raise NoClaims
    return claims


def unsigned(claims: Mapping[str, Any]) -> str:
    """A token with the algorithm `none` and without a signature."""
    return f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{encoded(claims)}."


def signed(claims: Mapping[str, Any], key: str) -> str:
    """A token signed with *key* by the target's algorithm."""
    text = f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{encoded(claims)}"
    return f"{text}.{text_of(hmac.digest(key.encode(), text.encode(), hashlib.sha256))}"


def encoded(value: Mapping[str, Any]) -> str:
    """JSON in the encoding of a token."""
    return text_of(json.dumps(value, separators=(",", ":")).encode())


def text_of(content: bytes) -> str:
    """Bytes in the encoding of a token (base64url without padding)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
