"""Find internal details of a program in an answer: files of the server, SQL, stack traces, paths of its source."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

import httpx

from rollout.target.message import one_line

ALWAYS = (
    r"root:[^:\n]*:0:0:",
    r"\[fonts\]",
    r"Traceback \(most recent call last\)",
    r"syntax error at or near|unterminated quoted string",
    r"psycopg|asyncpg|sqlalchemy\.|SECRET_KEY",
    r"File \\?\"/[^\"]+\.py",
)
IN_ERRORS = (  # reviews and reports may contain such text as reviewed code; an error answer may not
    r"\[SQL: ",
    r"\b(?:SELECT\s.{1,300}?\sFROM|INSERT\s+INTO|DELETE\s+FROM)\s+[\w\".]+|\bUPDATE\s+[\w\".]+\s+SET\s",
    r"violates (?:unique|foreign key|not-null|check) constraint|\b(?:relation|column) .{1,80} does not exist",
    r"invalid byte sequence for encoding|out of (?:int32|int64) range|invalid input for query argument",
    r"site-packages|/(?:app|home|opt|root|srv|usr|var|work)/[\w./-]+\.py\b|[A-Z]:\\[\w.\\ -]+\.py\b",
    r"\bline \d+, in \w+",
    r"\b(?:postgres(?:ql)?|redis|amqp)(?:\+\w+)?://",
)
INSIDE = re.compile("|".join(ALWAYS))
INSIDE_OF_ERRORS = re.compile("|".join((*ALWAYS, *IN_ERRORS)), re.DOTALL)
AROUND = 20
MOST_CHARACTERS = 200_000


def disclosed(answer: httpx.Response) -> str | None:
    """The first internal detail in the body of *answer*, None if there is none; text of the request itself does not count."""
    pattern = INSIDE_OF_ERRORS if answer.is_error else INSIDE
    sent = told_by(answer.request)
    return next(betrayals(answer.text[:MOST_CHARACTERS], pattern, sent), None)


def betrayals(text: str, pattern: re.Pattern[str], sent: str) -> Iterator[str]:
    """Each match of *pattern* in *text* with some context; text that was *sent* does not count."""
    for found in pattern.finditer(text):
        if found.group() not in sent:
            yield one_line(text[max(0, found.start() - AROUND) : found.end() + 2 * AROUND])


def told_by(request: httpx.Request) -> str:
    """The URL-decoded address and the body of *request*."""
    body = request.read().decode(errors="replace")
    return "\n".join((unquote_plus(str(request.url)), body, unquote_plus(body)))
