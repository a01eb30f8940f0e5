"""A backup after its restore: whether it is whole, compared with the live database, and what is told of it."""

from dataclasses import dataclass

from pydantic import SecretStr

from rollout.drill.archive import is_plain
from rollout.drill.catalogued import Catalogued
from rollout.drill.content import Content, emptied, has_no_data, lacking
from rollout.drill.foreign_keys import rows_without_whole
from rollout.drill.outcome import CannotTell, failed_in
from rollout.drill.scratch import connected
from rollout.values import numbered, some


@dataclass(frozen=True)
class RestoredBackup:
    """
    The content of the *live* database, *at* which revision, and of the *copy* of a *backup*, at its own *revision*.
    """

    backup: Catalogued
    live: Content
    at: str | None
    copy: Content
    revision: str | None

    @property
    def has_moved(self) -> bool:
        """Whether the revision of the backup is not that of the live database."""
        return self.revision != self.at

    def expect_whole(self, copy: SecretStr) -> None:
        """
        Failed where the database *copy* lacks what a backup has to have, or has rows that name a missing one.

        CannotTell where it holds no data, and the live database does: it may have had none then.
        """
        with connected(copy) as connection:
            broken = list(rows_without_whole(connection))
        if found := [*lacking(self.live, self.at, self.copy, self.revision), *broken]:
            raise failed_in(f"{self.backup.told} {self.backup.file.name} is not whole", found)
        if has_no_data(self.live, self.copy):
            raise CannotTell(
                f"{self.backup.told} {self.backup.file.name} holds no data ({numbered(self.copy.rows, 'row', 'rows')}) and the"
                f" live database {self.live.rows:,} rows, so it proves nothing about these: take a new backup"
            )

    def told(self, moved: str) -> str:
        """The result in words; *moved* are those on its revision, if that is another one."""
        backup, without = self.backup, emptied(self.live, self.copy)
        plain = ", plain SQL that psql loaded and pg_restore would refuse" if is_plain(backup.file) else ""
        less = f", none in {some(without)} where the live database has some" if without else ""
        ago = f"{backup.age_hours:.1f} h ago"
        return f"{backup.told} {backup.file.name} of {ago} was restored, {self.copy.rows:,} rows{less}{moved}{plain}"
