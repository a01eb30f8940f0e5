"""What this process knows to be secret, and every way in which a target may give it back."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus, unquote

from pydantic import SecretStr

from rollout.target.settings import Target

SHORT = 4  # a shorter secret hides whole words only: inside other words it is anybody's
LEAST_BASE64 = 8  # fewer letters of a code are anybody's
IN_URL = re.compile(r"://(?:[^:/@\s]*:)?(?P<secret>.+)@")  # the last `@` ends it, whatever stands before
BY_KEYWORD = re.compile(r"(?i)(?:^|[\s?&])(?:password|sslpassword)\s*=\s*(?P<secret>'(?:[^'\\]|\\.)*'|[^\s&]+)")


class Spelling(NamedTuple):
    """One way to write a secret; *alone* where it is hidden as a whole word only."""

    text: str
    alone: bool


class SecretValues:
    """What must not be shown; grows while a process opens targets and makes accounts, thousands of them under load."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._spelt: list[Spelling] | None = []

    def learn(self, values: Iterable[str]) -> None:
        """Hide *values* from now on, however they are spelt."""
        before = len(self._known)
        self._known.update(value for value in values if value)
        if len(self._known) > before:
            self._spelt = None

    @property
    def spellings(self) -> list[Spelling]:
        """Every spelling of every secret, the longest first; worked out when somebody asks."""
        if self._spelt is None:
            every = {Spelling(spelt, len(value) < SHORT) for value in self._known for spelt in spellings(value)}
            self._spelt = sorted(every, key=lambda spelling: len(spelling.text), reverse=True)
        return self._spelt

    def forget(self) -> None:
        """Hide nothing more: another test, another process."""
        self._known, self._spelt = set(), []


KNOWN = SecretValues()


def hidden(text: str) -> SecretStr:
    """*text* as a secret that no message of this process shows."""
    KNOWN.learn([text])
    return SecretStr(text)


def secrets_of(target: Target) -> Iterator[str]:
    """Every secret of the target, and the passwords inside its DSNs."""
    for name in type(target).model_fields:
        value = getattr(target, name)
        if isinstance(value, SecretStr):
            text = value.get_secret_value()
            yield text
            yield from passwords_in(text)


def passwords_in(dsn: str) -> Iterator[str]:
    """The passwords in a URL or in `host=… password=…`, as they stand there and as they are sent."""
    for pattern in (IN_URL, BY_KEYWORD):
        if match := pattern.search(dsn):
            bare = match["secret"]
            if bare.startswith("'"):
                bare = re.sub(r"\\(.)", r"\1", bare[1:-1])
            yield from (bare, unquote(bare))


def spellings(secret: str) -> Iterator[str]:
    """*secret* in clear, in URLs, in JSON, in HTML, in a Python string, and in base64 at each of three places."""
    yield from (secret, quote(secret, safe=""), quote_plus(secret), quote(secret), html.escape(secret))
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1])
    for place in range(3):
        for coded in (base64.b64encode, base64.urlsafe_b64encode):
            code = inner(coded(b"\0" * place + secret.encode()).decode(), place, len(secret.encode()))
            if len(code) >= LEAST_BASE64:
                yield code


def inner(code: str, place: int, size: int) -> str:
    """The letters of a base64 *code* that nothing but the *size* bytes after *place* others decides."""
    return code[-(-place * 8 // 6) : (place + size) * 8 // 6]
