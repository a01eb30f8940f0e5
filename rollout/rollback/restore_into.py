"""
Restore a backup into a new database beside the live one, check it, and tell how to switch: the live one is only read.

The new database goes through the states restoring, restored and checked, which the comment on it tells. A later call
drops what is half restored and begins anew, only checks what is restored, and leaves what is checked.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import psycopg
from pydantic import SecretStr

from rollout.drill.application_check import ApplicationCheck, nothing_used
from rollout.drill.archive import command, restored
from rollout.drill.catalogued import Catalogued, refuse_special, whole
from rollout.drill.course import Course
from rollout.drill.exercise import installed_revision, installed_vital
from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.preflight import Ready, preflight
from rollout.drill.restore import JOBS, RestoreDrill, told_in_one_line
from rollout.drill.restored_backup import RestoredBackup
from rollout.drill.scratch import connected, in_database, scratch_database
from rollout.rollback.marked_database import drop_half_restored, kept_open, make, mark, state_in
from rollout.rollback.new_database import DatabaseState, NewDatabase, with_backup
from rollout.rollback.server_facts import ServerFacts, server_facts
from rollout.target import Target
from rollout.target.backups import Backup, file_of
from rollout.target.obstacle import needed, place
from rollout.values import as_size, as_taken

STATES = {
    DatabaseState.ABSENT: "database {name} is not there",
    DatabaseState.FOREIGN: "database {name} is there and was not made by this rollback: it stays as it is",
    DatabaseState.RESTORING: "database {name} is half restored; --resume drops it and begins it anew",
    DatabaseState.RESTORED: "database {name} is restored and stays; --resume checks it again",
    DatabaseState.CHECKED: "database {name} is restored and checked",
}


@dataclass
class RestoreInto:
    """
    One restore of the *entry* of the catalogue into a new *database*, for *target*; *facts* are those of its servers.

    *course* gets the progress. *ready* is the result of the preflight. *command* restores; PostgreSQL's program gets the
    address by its environment.
    """

    target: Target
    database: NewDatabase
    entry: Backup
    facts: ServerFacts
    ready: Ready
    command: tuple[str, ...]
    course: Course = field(default_factory=Course)
    drill: RestoreDrill = field(init=False)

    def __post_init__(self) -> None:
        self.drill = drill_of(self.target, self.course)

    @property
    def server(self) -> SecretStr:
        """The address of the server on which the new database is made."""
        return self.drill.scratch

    def changes(self) -> Iterator[str]:
        """What the restore would make, in words."""
        name, entry = self.database.name, self.entry
        yield f"database {name} is made from template0 on {self.facts.place}, as {self.facts.role}"
        size, ago = as_size(entry.bytes), f"{entry.age_hours:.1f} h ago"
        yield f"{entry.file} of {ago} ({size}, SHA-256 {entry.sha256[:12]}…) is restored into it and checked"
        lost = f"what was written since {entry.finished_at:%Y-%m-%d %H:%M:%S %Z} is not in it"
        yield f"nothing of {self.facts.live}, the live database ({as_size(self.ready.bytes)}): it is only read; {lost}"

    def carry_out(self, within_s: float) -> str:
        """
        Restore in *within_s* seconds at most, and check; the result in words.

        Failed where the backup is not whole, CannotTell where the restore could not go on; the message has the state.
        """
        try:
            with told_in_one_line():
                return self.restored(within_s)
        except Failed as error:
            raise Failed(f"{error}; {self.told_state()}") from None
        except (CannotTell, AssertionError, ValueError, OSError) as error:
            raise CannotTell(f"{error}; {self.told_state()}") from None

    def restored(self, within_s: float) -> str:
        """Restore and check, as far as the state of the database asks for it."""
        refuse_taken(self.facts, self.database, state := state_in(self.server, self.database))
        if state is DatabaseState.CHECKED:
            return f"was so already: database {self.database.name} is restored and checked"
        with self.course.step("find the backup"):
            assert self.target.backups is not None
            backup = whole(self.entry, self.target.backups, "backup", self.course)
        if state is DatabaseState.RESTORING:
            drop_half_restored(self.server, self.database)
        if state is not DatabaseState.RESTORED:
            self.restore(backup, within_s)
        said = self.checked(backup)
        self.note(DatabaseState.CHECKED)
        return said

    def restore(self, backup: Catalogued, within_s: float) -> None:
        """Make the database and restore into it; what is half restored is dropped, however this ends."""
        try:
            with self.course.step("restore the backup", longest_s=within_s):
                make(self.server, self.ready, self.database)
                with kept_open(self.server, self.database) as there:
                    restored(self.ready, backup.file, there, self.course, JOBS, within_s)
            self.note(DatabaseState.RESTORED)
        except BaseException:
            with suppress(psycopg.Error, ValueError):
                drop_half_restored(self.server, self.database)
            raise

    def checked(self, backup: Catalogued) -> str:
        """Compare the database with the live one and try the application on it; the result in words."""
        with self.course.step("read the live database"), connected(self.drill.live) as original:
            live, at = self.drill.content_in(original)
        with self.course.step("check the backup"):
            there = in_database(self.server, self.database.name)
            found = RestoredBackup(backup, live, at, *self.drill.content(there), self.drill.vital)
            found.expect_whole(there)
        moved = f", at revision {found.revision} where the live database is at {at}" if found.has_moved else ""
        return f"{found.told(moved)}; {self.tried(moved)}"

    def tried(self, moved: str) -> str:
        """
        Try the application on a copy of the new database, which stays as it was restored; the result in words.

        CannotTell for a database that has *moved* to another revision where no application is known.
        """
        if not self.target.drill_application:
            setting = place(self.target, "drill_application")
            if moved:
                raise CannotTell(
                    f"{self.entry.file} is restored{moved}, and nobody tried whether the application knows that: set {setting}"
                )
            return f"no application was tried on it: no command in {setting}"
        application = ApplicationCheck(self.target, nothing_used, self.course)
        locale = self.ready.locale
        with (
            scratch_database(self.server, locale, template=self.database.name) as copy,
            application.ready_on(copy.dsn, partial(scratch_database, self.server, locale)),
        ):
            return f"the application was ready on a copy of it after {as_taken(self.course.times['start the application'])}"

    def note(self, state: DatabaseState) -> None:
        """Write the state into the comment on the database."""
        mark(self.server, self.database.name, self.database.comment(state))

    def told_state(self) -> str:
        """The state of the new database in words; the live one is as it was."""
        try:
            state = STATES[state_in(self.server, self.database)].format(name=self.database.name)
        except psycopg.Error:
            state = f"nobody knows the state of database {self.database.name}: its server does not answer"
        return f"{state}; nothing was written to {self.facts.live}"


def restore_into(target: Target, database: NewDatabase, course: Course) -> RestoreInto:
    """
    What restores into *database*, checked before anything is made: it only reads.

    ValueError for a name that is taken, or a backup that is not listed or not there; NotConfigured for a missing setting;
    Failed for a backup that is cut, CannotTell with the way out for any other obstacle.
    """
    with told_in_one_line():
        drill = drill_of(target, course)
        facts = server_facts(drill.live, drill.scratch)
        database, entry = with_backup(database, target)
        refuse_taken(facts, database, state_in(drill.scratch, database))
        ready = preflight(drill.live, drill.scratch, target.postgres_programs, None)
        words = command_for(entry, target, ready, database)
        return RestoreInto(target, database, entry, facts, ready, words, course)


def command_for(entry: Backup, target: Target, ready: Ready, database: NewDatabase) -> tuple[str, ...]:
    """The command that restores the file or folder of an *entry* into a new *database*."""
    assert target.backups is not None
    file = file_of(entry, target.backups)
    assert file is not None
    if not file.exists():
        raise ValueError(f"--backup: {entry.file} stands in the catalogue, and there is no {file}: name another one")
    refuse_special(file)
    try:
        return tuple(command(ready, file, database.name, JOBS))
    except OSError as error:
        raise CannotTell(f"{file} cannot be read: {error.strerror}") from None


def drill_of(target: Target, course: Course) -> RestoreDrill:
    """The restore drill of *target*, whose functions a restore shares."""
    live, scratch = needed(target, "postgres_dsn"), needed(target, "drill_dsn")
    drill = RestoreDrill(live, scratch, target.postgres_programs, installed_revision(), course)
    drill.vital = installed_vital()
    return drill


def refuse_taken(facts: ServerFacts, database: NewDatabase, state: DatabaseState) -> None:
    """ValueError where the name is that of the live database, or of one that this rollback did not make."""
    if database.name == facts.live:
        raise ValueError(
            f"--restore-into: {database.name!r} is the live database, which nothing is restored over: name a new one"
        )
    if state is DatabaseState.FOREIGN:
        raise ValueError(
            f"--restore-into: database {database.name!r} is there already on {facts.place}: name a new one"
        )
