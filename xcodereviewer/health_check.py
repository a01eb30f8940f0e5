"""What the health check of the backend tells beside that it is up: its version and its environment."""

from typing import TYPE_CHECKING, Any

from rollout.target import Target

if TYPE_CHECKING:
    from rollout.target.http import Client

RELEASE_S = 5.0


def release_by_health(target: Target) -> str | None:
    """The version that the backend tells in its health check, None where it tells none."""
    from rollout.target.deadline import each
    from rollout.target.http import client_to  # slow to import, and the plan's reader needs it not

    try:
        with client_to(target, each(RELEASE_S)) as client:
            version = told_by_health(client).get("version")
    except AssertionError:
        return None
    return str(version) if version else None


def said_by_health(client: "Client") -> str:
    """The environment in the health check, empty where it tells none."""
    found = told_by_health(client).get("environment")
    return found if isinstance(found, str) else ""


def told_by_health(client: "Client") -> dict[str, Any]:
    """What the backend tells in its health check, empty where it does not answer or tells no object."""
    try:
        told = client.get("/health").json()
    except AssertionError:
        return {}
    return told if isinstance(told, dict) else {}
