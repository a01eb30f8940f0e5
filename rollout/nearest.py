"""Messages of one line for unknown names, with the name that was probably meant."""

import difflib
from collections.abc import Iterable


def nearest(name: str, permitted: Iterable[str]) -> str | None:
    """The permitted name that *name* was probably meant to be, None if there is none near."""
    return next(iter(difflib.get_close_matches(name, list(permitted), n=1)), None)


def unknown(what: str, name: str, permitted: Iterable[str]) -> str:
    """One line for a name that is not there: the nearest permitted one, or all of them."""
    names = list(permitted)
    near = nearest(name, names)
    way_out = f"did you mean {near!r}?" if near else f"permitted: {', '.join(names) or 'none'}"
    return f"no {what} {name!r}; {way_out}"
