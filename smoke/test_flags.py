"""Is the frontend still on its own store? The flags that it hands to browsers say so."""

from collections.abc import Callable
from typing import Any

import pytest

from rollout.target.http import Client
from rollout.target.obstacle import needed
from xcodereviewer.frontend_flags import flags_document
from xcodereviewer.target import XcrTarget

pytestmark = pytest.mark.promise("plan: Deploy frontend with feature flags disabled")
Record = Callable[[str, object], None]
USERS = ("", "1", "42", "3b0c8d1e-rollout", "rollout@example.com")


@pytest.mark.criterion("flags-disabled")
@pytest.mark.usefixtures("undisturbed_flags")
@pytest.mark.parametrize(
    "user_id", [pytest.param(user, id=f"user {user}" if user else "nobody in particular") for user in USERS]
)
def test_every_flag_of_the_frontend_is_off(
    frontend: Client, target: XcrTarget, user_id: str, record_property: Record
) -> None:
    """
    The frontend hands out its USE_ flags, and every one of them is off.
    """
    path = needed(target, "flags_path")
    flags = use_flags(flags_document(frontend, target, {"user_id": user_id} if user_id else {}))
    record_property("flags.seen_count", len(flags))
    record_property("flags.on_count", sum(flag is not False for flag in flags.values()))
    assert "USE_BACKEND_API" in flags, f"{path}: got flags {sorted(flags)!r}, want USE_BACKEND_API too"
    assert [name for name, flag in flags.items() if flag is not False] == []


def use_flags(document: Any) -> dict[str, Any]:
    """The USE_ flags of the frontend's configuration, at its top or under `flags`."""
    assert isinstance(document, dict), f"flags: got {type(document).__name__}, want an object"
    inner = document.get("flags", document)
    assert isinstance(inner, dict), f"flags: got {type(inner).__name__}, want an object"
    return {name: value for name, value in inner.items() if name.startswith("USE_")}
