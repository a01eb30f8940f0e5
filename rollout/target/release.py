"""How a release is told, and how the target is trusted."""

import ssl

from rollout.evidence.journal import UNKNOWN as UNKNOWN
from rollout.target.settings import Target

MOST_CHARACTERS = 200


def tls(target: Target) -> ssl.SSLContext | bool:
    """What httpx needs to trust the target: its own authority, or the public ones."""
    return ssl.create_default_context(cafile=target.ca_file) if target.ca_file else True
