"""The words of an error: without the name of its class, and without the code of a bare assert."""

import re

NOTHING_TOLD = "this does not hold"
BARE = re.compile(r"^(.*?last: )?assert (.+)$")  # what pytest writes in place of a message, in a wait too
EMPTY = re.compile(r"False|None|0|\[\]|\{\}|\(\)|''|set\(\)")
CLASS = re.compile(r"^(?:(?:[a-z_]\w*\.)+[A-Z]\w*|[A-Z]\w*(?:Error|Exception)|Failed): ")


def plain_words(message: str) -> str:
    """A message without class name and assert code, which older journals contain."""
    said = CLASS.sub("", message)
    return message if said == message else without_assert(said) or NOTHING_TOLD


def without_assert(said: str) -> str:
    """A line in which the code of a bare assert is replaced by words; an empty *said* stays empty."""
    bare = BARE.match(said)
    return (bare[1] or "") + difference(bare[2]) if bare else said


def difference(asserted: str) -> str:
    """The compared expression of an assert; for `not x` and empty values `got …, want …`."""
    if found := re.match(r"not (.+)", asserted):
        return f"got {found[1]}, want none"
    if EMPTY.fullmatch(asserted):
        return NOTHING_TOLD if asserted == "False" else f"got {asserted}, want some"
    return asserted


def first_line(said: str) -> str:
    """The first line of an error's text; empty if the text is."""
    lines = said.strip().splitlines()
    return lines[0] if lines else ""
