"""A backup after its restore: whether it is whole, compared with the live database, and what is told of it."""

from collections.abc import Collection
from dataclasses import dataclass

from pydantic import SecretStr

from rollout.drill.archive import is_plain
from rollout.drill.catalogued import Catalogued
from rollout.drill.content import Content, emptied, lacking, made_by_hand, without_data
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

        CannotTell where it holds no data, or hardly a row of a vital table, and the live database does: it may have had no
        more then, or be a backup of another database.
        """
        with connected(copy) as connection:
            broken = list(rows_without_whole(connection))
        if found := [*lacking(self.live, self.at, self.copy, self.revision), *broken]:
            raise failed_in(f"{self.backup.told} {self.backup.file.name} is not whole", found)
        if without := without_data(self.live, self.copy, self.vital):
            raise CannotTell(
                f"{self.backup.told} {self.backup.file.name} has no or hardly a row of the live database's in {some(without)},"
                f" {self.rows} in all: it proves nothing; take a new backup, and see that it is one of this database"
            )

    @property
    def rows(self) -> str:
        """The number of rows in words, with that of the live database where it has more."""
        of = f" of {self.live.rows:,}" if self.copy.rows < self.live.rows else ""
        return f"{self.copy.rows:,}{of} rows"

    def told(self, moved: str) -> str:
        """The result in words; *moved* are those on its revision, if that is another one."""
        backup, without = self.backup, emptied(self.live, self.copy)
        plain = ", plain SQL that psql loaded and pg_restore would refuse" if is_plain(backup.file) else ""
        less = f", none or hardly one in {some(list(without.values()))}" if without else ""
        since = [] if self.has_moved else made_by_hand(self.live, self.copy)
        less += f", made since or not in it: {some(since)}" if since else ""
        ago = f"{backup.age_hours:.1f} h ago"
        return f"{backup.told} {backup.file.name} of {ago} was restored, {self.rows}{less}{moved}{plain}"
