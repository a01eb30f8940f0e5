"""Make text of the target safe for messages: one line of visible characters, limited in length, without secrets."""

from rollout.clean_text import clean
from rollout.target.redact import Redactor

MOST_CHARACTERS = 300
redacted = Redactor()


def one_line(text: str, most: int = MOST_CHARACTERS) -> str:
    """*text* as one line of at most *most* visible characters, without secrets."""
    line = " ".join(clean(redacted(text)).split())
    return line if len(line) <= most else f"{line[:most]}…"


def harmless(text: str) -> str:
    """*text* without invisible characters and secrets; its line breaks stay."""
    return redacted(text)
