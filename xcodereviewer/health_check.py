"""Read version and environment from the health check of the backend."""

from typing import TYPE_CHECKING, Any

from rollout.target import Target

if TYPE_CHECKING:
    from rollout.target.http import Client

RELEASE_S = 5.0


def release_by_health(target: Target) -> str | None:
    """The version in the health check of the backend; None if there is none."""
    from rollout.target.deadline import each
    from rollout.target.http import client_to  # slow to import, and not needed to read the plan

    try:
        with client_to(target, each(RELEASE_S)) as client:
            version = told_by_health(client).get("version")
    except AssertionError:
        return None
    return str(version) if version else None


def said_by_health(client: "Client") -> str:
    """The environment in the health check; empty if there is none."""
    found = told_by_health(client).get("environment")
    return found if isinstance(found, str) else ""


def told_by_health(client: "Client") -> dict[str, Any]:
    """The JSON object of the health check; empty if the backend does not answer or sends no object."""
    try:
        told = client.get("/health").json()
    except AssertionError:
        return {}
    return told if isinstance(told, dict) else {}
