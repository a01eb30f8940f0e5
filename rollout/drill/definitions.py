"""Definitions from PostgreSQL in one spelling: a restored one may be spelled otherwise and mean the same."""

import re

from rollout.drill.nesting import unnested

WORDS = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[\[\](),]|[^'"\[\](),]+""")
ARRAY = "(ARRAY["
CAST = re.compile(r"""\)::((?:"(?:[^"]|"")*"|[\w. ])+(?:\([\d,]+\))?)\[\]""")


def one_spelling(definition: str) -> str:
    """
    A definition with the cast of an array as casts of its elements, and with chains of AND and of OR in one nesting.

    PostgreSQL prints `kind IN ('a', 'b')` of a varchar as `(ARRAY[…])::text[]`, but reads that as `ARRAY[('a')::text,
    …]`, which a restored database prints.
    """
    at = definition.rfind(ARRAY)
    while at >= 0:
        definition = definition[:at] + spread(definition[at:])
        at = definition.rfind(ARRAY, 0, at)
    return unnested(definition)


def spread(text: str) -> str:
    """
    A text that begins with an array in parentheses, with its cast moved to each element; unchanged without a cast.
    """
    elements, length = elements_of(text[len(ARRAY) :])
    end = len(ARRAY) + length
    cast = CAST.match(text, end)
    if cast is None:
        return text
    return f"ARRAY[{', '.join(f'({each})::{cast[1]}' for each in elements)}]{text[cast.end() :]}"


def elements_of(text: str) -> tuple[list[str], int]:
    """The elements up to the bracket that closes an array, and the number of characters up to there."""
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
