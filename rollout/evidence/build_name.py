"""The name of a build, and which names are none."""

import unicodedata

UNKNOWN = "unknown"  # a release without a name
NO_NAMES = frozenset({UNKNOWN, "none", "null", "nil", "nan", "undefined", "unset", "na", "notavailable", "tbd"})


def names_nothing(release: str) -> bool:
    """Whether *release* names no build: without a letter or digit, or a placeholder such as `null`."""
    folded = unicodedata.normalize("NFKC", release).casefold()
    letters = "".join(each for each in folded if each.isalnum())
    return not letters or letters in NO_NAMES
