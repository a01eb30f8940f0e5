"""Targets for tests, with an address and permissions."""

from typing import Any

from xcodereviewer.target import XcrTarget

ADMIN = {"admin_email": "admin@example.com", "admin_password": "Adm1n-pass"}
USER = {"user_email": "user@example.com", "user_password": "Us3r-pass"}


def target_at(address: str, *allow: str, **facts: Any) -> XcrTarget:
    """A target at *address* with two accounts that allows *allow* and nothing else."""
    given = {"name": "t", "environment": "staging", "base_url": address, "allow": allow, **ADMIN, **USER, **facts}
    return XcrTarget.model_validate(given)
