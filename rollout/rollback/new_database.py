"""The new database of a restore: its name, the backup that goes into it, and the mark by which it is known again."""

import re
import secrets
from dataclasses import dataclass, field, replace
from enum import StrEnum

from rollout.drill.catalogued import listed
from rollout.drill.outcome import CannotTell
from rollout.drill.scratch import PREFIX
from rollout.nearest import unknown
from rollout.target import Target
from rollout.target.backups import Backup
from rollout.target.obstacle import place

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
MARK_BYTES = 8


class DatabaseState(StrEnum):
    """The state of the new database, as the comment on it tells."""

    ABSENT = "absent"
    FOREIGN = "foreign"  # it has no mark, or that of another rollback
    RESTORING = "restoring"
    RESTORED = "restored"
    CHECKED = "checked"


@dataclass(frozen=True)
class NewDatabase:
    """
    A database by *name* that is going to be made from a *backup* of the catalogue, a file or folder of that *sha256*.

    *mark* is in the comment on the database, so that a later call knows what an earlier one made.
    """

    name: str
    backup: str = ""
    sha256: str = ""
    mark: str = field(default_factory=lambda: secrets.token_hex(MARK_BYTES))

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(
                f"--restore-into: {self.name!r} is no name for a database: lower-case letters, digits and _, 63 at most"
            )
        if self.name.startswith(PREFIX):
            raise ValueError(f"--restore-into: {self.name!r}: what begins with {PREFIX} is removed by the next drill")

    def comment(self, state: DatabaseState) -> str:
        """The comment on the database in a state."""
        return f"rollout rollback {self.mark}: {state}, from {self.backup}"

    def state_of(self, comment: str | None) -> DatabaseState:
        """The state that the *comment* on an existing database tells; None is no comment."""
        mine = (DatabaseState.RESTORING, DatabaseState.RESTORED, DatabaseState.CHECKED)
        return next((state for state in mine if comment == self.comment(state)), DatabaseState.FOREIGN)


def with_backup(database: NewDatabase, target: Target) -> tuple[NewDatabase, Backup]:
    """
    The database with the SHA-256 of its backup, the newest one if none is chosen, and the entry of the catalogue.

    ValueError for a backup that the catalogue does not list; CannotTell where the catalogue cannot be read.
    """
    settings = target.backups
    if settings is None or settings.catalogue is None:
        raise ValueError(f"--restore-into: no backup is known: set {place(target, 'backups')}, with `catalogue`")
    every = listed(settings, settings.catalogue)
    if not every:
        raise CannotTell(f"{settings.catalogue.name} lists no backup: there is none to restore")
    mine = [each for each in every if database.backup in ("", each.file) and database.sha256 in ("", each.sha256)]
    if not mine:
        raise ValueError(f"--backup: {unknown('backup', database.backup, [each.file for each in every])}")
    found = mine[-1]
    return replace(database, backup=found.file, sha256=found.sha256), found
