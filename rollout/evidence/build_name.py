"""How a build is called, and what is no name of one."""

import unicodedata

UNKNOWN = "unknown"  # a release that nobody names
NO_NAMES = frozenset({UNKNOWN, "none", "null", "nil", "nan", "undefined", "unset", "na", "notavailable", "tbd"})


def names_nothing(release: str) -> bool:
    """Whether *release* names no build: nothing to read in it, or a word that stands where a name is missing."""
    folded = unicodedata.normalize("NFKC", release).casefold()
    letters = "".join(each for each in folded if each.isalnum())
    return not letters or letters in NO_NAMES
