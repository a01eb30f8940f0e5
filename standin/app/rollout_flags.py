"""The current switches of the rollout: as set by an administrator, else from the environment."""

from dataclasses import dataclass, replace
from typing import Any

from psycopg.types.json import Jsonb

from standin import faults, flags
from standin.app.database import Database
from standin.settings import Settings

READ = "SELECT use_backend_api, percentage, internal_users FROM rollout_flags"
WRITE = """
INSERT INTO rollout_flags (use_backend_api, percentage, internal_users) VALUES (%(on)s, %(percentage)s, %(internal_users)s)
ON CONFLICT (single) DO UPDATE SET use_backend_api = excluded.use_backend_api, percentage = excluded.percentage,
    internal_users = excluded.internal_users, updated_at = now()
"""


@dataclass(frozen=True)
class Switches:
    use_backend_api: bool
    percentage: int
    internal_users: tuple[str, ...]

    def evaluate(self, user_id: str) -> dict[str, bool]:
        """The flags of a user; off for all users, internal ones included, if the emergency switch is off."""
        percentage = self.percentage if self.use_backend_api else 0
        return flags.evaluate(user_id, percentage, self.internal_users if self.use_backend_api else ())

    def changed(self, changes: dict[str, Any]) -> "Switches":
        users = changes.get("internal_users")
        return replace(self, **{**changes, **({"internal_users": tuple(users)} if users is not None else {})})


class RolloutFlags:
    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings

    async def now(self) -> Switches:
        switches = await self._set_or_default()
        return replace(switches, use_backend_api=switches.use_backend_api and self.settings.use_backend_api)

    async def _set_or_default(self) -> Switches:
        row = await self.database.row(READ)
        if row:
            return Switches(row["use_backend_api"], row["percentage"], tuple(row["internal_users"]))
        return Switches(True, self.settings.standin_rollout_percentage, tuple(self.settings.standin_internal_users))

    async def change(self, changes: dict[str, Any]) -> Switches:
        wanted = (await self._set_or_default()).changed(changes)
        row = {"on": wanted.use_backend_api, "percentage": wanted.percentage}
        await self.database.rows(WRITE, {**row, "internal_users": Jsonb(list(wanted.internal_users))})
        return await self.now()


def distorted(switches: Switches) -> Switches:
    """The switches, distorted by the active flag faults."""
    if faults.active("flags-enabled-too-early"):
        return replace(switches, percentage=100, use_backend_api=True)
    if fault := faults.active("flag-percentage-wrong"):
        return replace(switches, percentage=min(100, switches.percentage + fault["points"]))
    if faults.active("emergency-switch-ignored"):
        return replace(switches, use_backend_api=True)
    if faults.active("internal-users-missing"):
        return replace(switches, internal_users=())
    return switches
