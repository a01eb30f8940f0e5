"""Text of the target as a message may show it: one line, not too long, without secrets."""

import re

from rollout.target.redact import HIDDEN, Redactor

NAMED = re.compile(
    r"""(?ix)
    ( ["']? [\w-]* (?:password|passwd|token|secret|api_?key|authorization) (?!_type) [\w-]* ["']? \s* [:=] \s* )
    (?: "(?:[^"\\]|\\.)*" | '[^']*' | (?:bearer\s+)? [^\s"'&,}\]]+ )
    """
)
MOST_CHARACTERS = 300
by_pattern = Redactor()


def redacted(text: str) -> str:
    """*text* without tokens, without the values of secret-looking names, and without credentials in addresses."""
    return NAMED.sub(rf"\1{HIDDEN}", by_pattern(text))


def one_line(text: str, most: int = MOST_CHARACTERS) -> str:
    """*text* on one line without secrets, cut at *most* characters."""
    line = " ".join(redacted(text).split())
    return line if len(line) <= most else f"{line[:most]}…"
