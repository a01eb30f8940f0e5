"""Find keys that name a secret, and tell their values, which are hidden, from words of the suite's own messages."""

import re

HIDDEN = "***"
NAME = r"pass(?:word|wd|phrase)|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|session[-_]?id|sessid"
NO_SECRET = r"s?[-_]?(?:type|rotated_at|max_age)"
EQUALS = r"""(?:\\?["']|%2[27])?\s{0,4}(?:[:=]|%3[aAdD])\s{0,4}(?:%20|\+)?"""
QUOTED = r"""\\"[^"\\]*+(?:\\")?|"(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?|%2[27](?:[^%\s]|%(?!2[27]))*+(?:%2[27])?"""
NESTED = r"""\[[^\]\r\n]*+\]?|\{[^}\r\n]*+\}?"""
WORD = r"""[^\s"'&,;}\]<>]++"""
# The text after a check's sentence that ends with such a word: `… is no access token: got 200, want 401`.
TOLD = r"""got\s(?:None|no(?=\s)|\d{1,6})(?![\w.-])|\d{1,6}\s(?:[=!<>]=?|in|not)\s|this does not hold\b"""
KEY_WITHIN = rf"""["']?[\w-]{{0,40}}(?:{NAME})[\w-]{{0,40}}{EQUALS}"""  # `credentials:` and `password: …` below it
KEYED = re.compile(
    rf"(?i)(?P<key>(?:{NAME})(?!{NO_SECRET})[\w-]{{0,40}}{EQUALS})(?!{TOLD}|{KEY_WITHIN})(?P<got>got\s)?"
    rf"(?P<value>{QUOTED}|{NESTED}|(?:bearer\s+)?{WORD})"
)
# The text after a path or the name of a check: `POST /auth/reset-password: got no answer`.
PLAIN = re.compile(r"[a-z]{1,12}|[A-Z]\w{0,40}(?:Error|Timeout|Exception):?")
PATH = re.compile(r"\b[A-Z]{3,7} \S{0,200}/[\w-]{0,40}$")
NODE = re.compile(r"::test_[\w-]{0,200}$")
LONGEST_PLACE = 300


def by_key(match: re.Match[str]) -> str:
    """A key with HIDDEN as its value, unless it is a plain word of a message after a path or the name of a check."""
    place = PATH if match["got"] else NODE
    if PLAIN.fullmatch(match["value"]) and place.search(
        match.string[max(0, match.start() - LONGEST_PLACE) : match.start()]
    ):
        return match[0]
    return f"{match['key']}{match['got'] or ''}{HIDDEN}"
