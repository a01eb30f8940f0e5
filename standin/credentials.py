"""Random accounts and keys for one boot."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any


def password() -> str:
    """At least 12 characters with an upper and a lower case letter, a digit and a special one."""
    return f"{secrets.token_urlsafe(15)}-Aa1"


@dataclass(frozen=True)
class Account:
    """An account that can log in."""

    email: str
    password: str = field(default_factory=password, repr=False)


@dataclass(frozen=True)
class Credentials:
    """All credentials of one boot."""

    admin: Account = field(default_factory=lambda: Account("admin@example.com"))
    user: Account = field(default_factory=lambda: Account("demo@example.com"))
    secret_key: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    sentry_key: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    def expired_token(self) -> str:
        """An access token that expired an hour ago, with a valid signature."""
        return self._signed({"sub": "1", "exp": int(time.time()) - 3600})

    def reset_token(self) -> str:
        """A token as in a link that resets a password: validly signed, and already used."""
        return self._signed({"sub": "1", "exp": int(time.time()) + 30 * 86400, "type": "reset", "jti": "used"})

    def _signed(self, claims: dict[str, Any]) -> str:
        text = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
        return f"{text}.{_encoded(hmac.digest(self.secret_key.encode(), text.encode(), hashlib.sha256))}"


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
