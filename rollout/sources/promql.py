"""The series that a PromQL expression reads, as selectors."""

import re
from collections.abc import Iterator
from itertools import pairwise

TEXT = r"""\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`"""
TOKEN = re.compile(
    rf"""(?P<text>{TEXT})
    | (?P<grouping>\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*\))
    | (?P<range>\[[^\]]*\])
    | (?P<labels>\{{(?:{TEXT}|[^}}\"'`])*\}})
    | (?P<number>\d[\w.]*)
    | (?P<name>[a-zA-Z_:][\w:]*)
    | (?P<comment>\#[^\n]*)
    | (?P<other>\S)""",
    re.VERBOSE,
)
IGNORED = ("text", "grouping", "range", "number", "comment")
KEYWORDS = {"and", "or", "unless", "bool", "offset", "atan2", "group_left", "group_right", "inf", "nan"}


def selectors(query: str) -> list[str]:
    """Each vector selector of *query* once, without range and offset: `up{job="a"}` of `rate(up{job="a"}[5m])`."""
    return list(dict.fromkeys(found(query)))


def found(query: str) -> Iterator[str]:
    """The selectors in the order of the expression; a name before a bracket is a function."""
    tokens = [(match.lastgroup or "", match[0]) for match in TOKEN.finditer(query) if match.lastgroup not in IGNORED]
    before = ""
    for (kind, word), (after, what) in pairwise([*tokens, ("", "")]):
        if kind == "name" and what != "(" and word.lower() not in KEYWORDS:
            yield word + (what if after == "labels" else "")
        if kind == "labels" and before != "name":
            yield word
        before = kind


def age_of(query: str) -> str:
    """A query for the seconds since the oldest of the newest samples that *query* reads; empty if it reads no series."""
    each = [
        f'label_replace(timestamp({selector}), "selector", "{number}", "", "")'
        for number, selector in enumerate(selectors(query))
    ]
    return f"time() - min({' or '.join(each)})" if each else ""
