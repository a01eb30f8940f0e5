"""Whose objects a person sees: their own."""

from typing import Any

from standin import faults
from standin.app.database import Row

MINE = "(p.owner_id = %(owner)s OR %(everyone)s)"
"""For queries that name projects p; parameters come from visible_to."""


def visible_to(user: Row) -> dict[str, Any]:
    return {"owner": user["id"], "everyone": bool(faults.active("other-users-objects-visible"))}
