"""Random accounts and keys for one boot."""

import secrets
from dataclasses import dataclass, field


def password() -> str:
    """At least 12 characters with an upper and a lower case letter, a digit and a special one."""
    return f"{secrets.token_urlsafe(15)}-Aa1"


@dataclass(frozen=True)
class Account:
    """Somebody who can log in."""

    email: str
    password: str = field(default_factory=password, repr=False)


@dataclass(frozen=True)
class Credentials:
    """All of one boot."""

    admin: Account = field(default_factory=lambda: Account("admin@example.com"))
    user: Account = field(default_factory=lambda: Account("demo@example.com"))
    secret_key: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    sentry_key: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
