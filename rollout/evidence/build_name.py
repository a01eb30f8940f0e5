"""The name of a build, and which names are none."""

import unicodedata

UNKNOWN = "unknown"  # a release without a name
NOT_SET = frozenset(
    {UNKNOWN, "none", "null", "nil", "nan", "undefined", "unset", "notset", "na", "notavailable", "tbd"}
)
NO_VERSION = frozenset({"noversion", "norelease", "nobuild", "unversioned", "unreleased"})
MOVING = frozenset(
    {"latest", "current", "dev", "devel", "develop", "development", "head", "main", "master", "trunk", "edge"}
)
NO_NAMES = NOT_SET | NO_VERSION | MOVING


def names_nothing(release: str) -> bool:
    """
    Whether *release* names no build: nothing but zeros, a placeholder such as `null`, or a name that moves on, as `latest`.
    """
    folded = unicodedata.normalize("NFKC", release).casefold()
    letters = "".join(each for each in folded if each.isalnum())
    return not letters.strip("0") or letters in NO_NAMES
