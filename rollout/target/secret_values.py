"""The known secrets of this process, in every spelling in which a target may return them."""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote, quote_plus, unquote

from pydantic import SecretStr

from rollout.target.settings import Target

SHORT = 4  # characters; a shorter secret hides whole words only, since other words can contain it
LEAST_CODE = 8  # characters; a shorter code in base64 or hex can be part of any text
IN_URL = re.compile(r"://(?:[^:/@\s]*:)?(?P<secret>.+)@")  # the last `@` ends it; a password can contain others
BY_KEYWORD = re.compile(r"(?i)(?:^|[\s?&])(?:password|sslpassword)\s*=\s*(?P<secret>'(?:[^'\\]|\\.)*'|[^\s&]+)")


class Spelling(NamedTuple):
    """One spelling of a secret, as it is and in *lower* case; *alone* if it is hidden as a whole word only."""

    text: str
    lower: str
    alone: bool


class SecretValues:
    """The set of secrets; it grows with opened targets and new accounts, thousands of them under load."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._spelt: list[Spelling] | None = []

    def learn(self, values: Iterable[str]) -> None:
        """Hide *values* in every spelling from now on."""
        before = len(self._known)
        self._known.update(value for value in values if value)
        if len(self._known) > before:
            self._spelt = None

    @property
    def spellings(self) -> list[Spelling]:
        """Every spelling of every secret, the longest first; computed at the first read after a change."""
        if self._spelt is None:
            every = {
                Spelling(spelt, spelt.lower(), len(value) < SHORT)
                for value in self._known
                for spelt in spellings(value)
            }
            self._spelt = sorted(every, key=lambda spelling: len(spelling.text), reverse=True)
        return self._spelt

    def forget(self) -> None:
        """Forget all secrets; for tests, each of which stands for a process of its own."""
        self._known, self._spelt = set(), []


KNOWN = SecretValues()


def hidden(text: str) -> SecretStr:
    """*text* as a SecretStr, which is hidden in all messages of this process from now on."""
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
    """The passwords in a URL or in `host=… password=…`, as written and URL-decoded."""
    for pattern in (IN_URL, BY_KEYWORD):
        if match := pattern.search(dsn):
            bare = match["secret"]
            if bare.startswith("'"):
                bare = re.sub(r"\\(.)", r"\1", bare[1:-1])
            yield from (bare, unquote(bare))


def spellings(secret: str) -> Iterator[str]:
    """
    *secret* in clear, JSON, HTML, a Python string, in URLs, in hex, and in base64 at each of three byte offsets.

    Whoever looks for them ignores the case; an upper case that does not lead back is a spelling of its own.
    """
    yield from (secret, html.escape(secret))
    if secret.upper().lower() != secret.lower():
        yield secret.upper()
    yield from (json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1])
    yield from in_urls(secret)
    yield from (code for code in (secret.encode().hex(), *in_base64(secret)) if len(code) >= LEAST_CODE)


def in_urls(secret: str) -> Iterator[str]:
    """*secret* with what must be encoded, or all of it, percent-encoded once and twice."""
    every_byte = "".join(f"%{byte:02x}" for byte in secret.encode())
    for once in (quote(secret, safe=""), quote_plus(secret), quote(secret), every_byte):
        yield from (once, quote(once, safe=""))


def in_base64(secret: str) -> Iterator[str]:
    """The part of a base64 code that tells *secret*, in both alphabets, wherever in the code it begins."""
    content = secret.encode()
    for place in range(3):
        for coded in (base64.b64encode, base64.urlsafe_b64encode):
            yield inner(coded(b"\0" * place + content).decode(), place, len(content))


def inner(code: str, place: int, size: int) -> str:
    """The characters of a base64 *code* that depend only on the *size* bytes after the first *place* bytes."""
    return code[-(-place * 8 // 6) : (place + size) * 8 // 6]
