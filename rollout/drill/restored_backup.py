"""A backup after its restore: whether it is whole, compared with the live database, and what is told of it."""

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import SecretStr

from rollout.drill.archive import is_plain
from rollout.drill.catalogued import Catalogued
from rollout.drill.content import Content, emptied, lacking, without_data
from rollout.drill.foreign_keys import rows_without_whole
from rollout.drill.outcome import CannotTell, failed_in
from rollout.drill.scratch import connected
from rollout.values import some


@dataclass(frozen=True)
class RestoredBackup:
    """
    The content of the *live* database, *at* which revision, and of the *copy* of a *backup*, at its own *revision*.

    *vital* are the tables without whose rows a backup of a live database that has some proves nothing.
    """

    backup: Catalogued
    live: Content
    at: str | None
    copy: Content
    revision: str | None
    vital: Collection[str] = ()

    @property
    def has_moved(self) -> bool:
        """Whether the revision of the backup is not that of the live database."""
        return self.revision != self.at

    def expect_whole(self, copy: SecretStr) -> None:
        """
        Failed where the database *copy* lacks what a backup has to have, or has rows that name a missing one.

        CannotTell where it holds no data, or no row of a vital table, and the live database does: it may have had none then.
        """
        with connected(copy) as connection:
            broken = list(rows_without_whole(connection))
        if found := [*lacking(self.live, self.at, self.copy, self.revision), *broken]:
            raise failed_in(f"{self.backup.told} {self.backup.file.name} is not whole", found)
        if without := without_data(self.live, self.copy, self.vital):
            raise CannotTell(
                f"{self.backup.told} {self.backup.file.name} has no row in {some(without)} where the live database has some"
                f" ({self.copy.rows:,} rows in all, there {self.live.rows:,}), so it proves nothing: take a new backup"
            )

    def told(self, moved: str) -> str:
        """The result in words; *moved* are those on its revision, if that is another one."""
        backup, without = self.backup, emptied(self.live, self.copy)
        plain = ", plain SQL that psql loaded and pg_restore would refuse" if is_plain(backup.file) else ""
        less = f", none in {some(without)} where the live database has some" if without else ""
        ago = f"{backup.age_hours:.1f} h ago"
        return f"{backup.told} {backup.file.name} of {ago} was restored, {self.copy.rows:,} rows{less}{moved}{plain}"
