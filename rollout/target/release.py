"""Names of releases: as a system reports them, and as an option gives them."""

from rollout.clean_text import clean
from rollout.evidence.build_name import UNKNOWN as UNKNOWN
from rollout.evidence.build_name import names_nothing as names_nothing
from rollout.target.settings import TargetError

MOST_CHARACTERS = 200


def given(release: str | None) -> str | None:
    """The release of an option, unchanged; TargetError for a text that names no build, as from an unset variable."""
    if release is None:
        return release
    if not release.strip():
        raise TargetError("--release is empty; name the deployed build, or leave the option out to ask the target")
    if names_nothing(release) or release != clean(release).strip():
        raise TargetError(f"--release {release!r} names no build; write it as the target says it, such as 2.4.1")
    return release


def given_or_unknown(release: str | None) -> str | None:
    """As `given`, for what measures nothing: evidence that names no release can be looked at as that of `unknown`."""
    return release if release == UNKNOWN else given(release)
