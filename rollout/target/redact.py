"""Take secrets out of any text before it is written down."""

import re
from collections.abc import Iterable

from pydantic import SecretStr

from rollout.target.settings import Target

HIDDEN = "***"
PATTERNS = (
    re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"),  # JSON web tokens
    re.compile(r"(?<=://)([^:/@\s]*):([^@/\s]+)(?=@)"),  # user:password in URLs
    re.compile(r"(?i)(?<=bearer )[\w.~+/=-]+"),
)


class Redactor:
    """Replaces what *target* keeps secret, and whatever looks like a token or a password in a URL."""

    def __init__(self, target: Target | None = None) -> None:
        self._secrets = sorted(secret_values(target), key=len, reverse=True) if target else []

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        for pattern in PATTERNS:
            text = pattern.sub(HIDDEN, text)
        return text


def secret_values(target: Target) -> Iterable[str]:
    """Every secret of the target, and the passwords inside its DSNs."""
    for name in type(target).model_fields:
        value = getattr(target, name)
        if isinstance(value, SecretStr) and value.get_secret_value():
            yield value.get_secret_value()
