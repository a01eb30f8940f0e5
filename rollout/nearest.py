"""Say in one line that a name is not there, and which one was probably meant."""

import difflib
from collections.abc import Iterable


def unknown(what: str, name: str, permitted: Iterable[str]) -> str:
    """One line for a name that is not there: the nearest permitted one, or all of them."""
    names = list(permitted)
    near = difflib.get_close_matches(name, names, n=1)
    way_out = f"did you mean {near[0]!r}?" if near else f"permitted: {', '.join(names) or 'none'}"
    return f"no {what} {name!r}; {way_out}"
