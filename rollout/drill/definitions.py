"""Definitions as PostgreSQL tells them, in one spelling: a restored one may read otherwise and be the same."""

import re

WORDS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[\[\](),]|[^'"\[\](),]+""")
ARRAY = "(ARRAY["
CAST = re.compile(r"""\)::((?:"(?:[^"]|"")*"|[\w. ])+(?:\([\d,]+\))?)\[\]""")


def one_spelling(definition: str) -> str:
    """
    A definition with the cast of an array as casts of its elements.

    `kind IN ('a', 'b')` of a varchar is told as `(ARRAY[…])::text[]`; PostgreSQL reads that again as `ARRAY[('a')::text, …]`, so a
    restored database tells it in this way.
    """
    at = definition.rfind(ARRAY)
    while at >= 0:
        definition = definition[:at] + spread(definition[at:])
        at = definition.rfind(ARRAY, 0, at)
    return definition


def spread(text: str) -> str:
    """A text that begins with an array in parentheses, with the cast behind them at each element; as it is where there is none."""
    elements, length = elements_of(text[len(ARRAY) :])
    end = len(ARRAY) + length
    cast = CAST.match(text, end)
    if cast is None:
        return text
    return f"ARRAY[{', '.join(f'({each})::{cast[1]}' for each in elements)}]{text[cast.end() :]}"


def elements_of(text: str) -> tuple[list[str], int]:
    """The elements up to the bracket that closes an array, and how many characters that takes."""
    elements, depth = [""], 0
    for word in WORDS.finditer(text):
        if word[0] == "]" and depth == 0:
            return [each.strip() for each in elements], word.end()
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word[0], 0)
        if word[0] == "," and depth == 0:
            elements.append("")
        else:
            elements[-1] += word[0]
    return elements, len(text)
