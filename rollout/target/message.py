"""Text of the target as a message may show it: one line of visible characters, not too long, without secrets."""

from rollout.clean_text import clean, clean_lines
from rollout.target.redact import Redactor

MOST_CHARACTERS = 300
redacted = Redactor()


def one_line(text: str, most: int = MOST_CHARACTERS) -> str:
    """*text* on one line of visible characters without secrets, cut at *most* of them."""
    line = " ".join(clean(redacted(text)).split())
    return line if len(line) <= most else f"{line[:most]}…"


def harmless(text: str) -> str:
    """*text* of one line or several, which stay apart: of visible characters, without secrets."""
    return clean_lines(redacted(text))
