"""Which release is deployed: told by the target file, else asked."""

import httpx

from rollout.target.settings import Target

UNKNOWN = "unknown"


def tls(target: Target) -> str | bool:
    """What httpx needs to trust the target: its own authority, or the public ones."""
    return str(target.ca_file) if target.ca_file else True


def observed_release(target: Target) -> str:
    """The release under verification, `unknown` where nobody says it: then it cannot be told from another one."""
    if target.release:
        return target.release
    try:
        answer = httpx.get(target.url("/health"), timeout=5, verify=tls(target))
        version = answer.json().get("version")
    except (httpx.HTTPError, ValueError, AttributeError):
        return UNKNOWN
    return str(version) if version else UNKNOWN
