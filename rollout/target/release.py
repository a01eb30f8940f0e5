"""Which release is deployed: told by the target file, else asked."""

import ssl

from rollout.target.http import Client
from rollout.target.settings import Target

UNKNOWN = "unknown"
MOST_CHARACTERS = 200


def tls(target: Target) -> ssl.SSLContext | bool:
    """What httpx needs to trust the target: its own authority, or the public ones."""
    return ssl.create_default_context(cafile=target.ca_file) if target.ca_file else True


def observed_release(target: Target) -> str:
    """The release under verification, `unknown` where nobody says it: then it cannot be told from another one."""
    if target.release:
        return target.release
    try:
        with Client(target.url(), target.ca_file) as client:
            version = client.get("/health").json().get("version")
    except (AssertionError, AttributeError):
        return UNKNOWN
    return str(version)[:MOST_CHARACTERS] if version else UNKNOWN
