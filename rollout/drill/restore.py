"""
The restore drill: a dump of the live database is restored into a database of its own, which has to be equal.

Dump and fingerprints are taken in one snapshot while writes go on, so that equality holds to the row, without
tolerance. Then the newest backup of the target's catalogue is restored the same way. The live database is only read,
apart from canary rows in a schema of their own where the target allows to write.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import gettempdir

import psycopg
from pydantic import SecretStr

from rollout.drill.application_check import ApplicationCheck, Use, nothing_used
from rollout.drill.archive import restored
from rollout.drill.canary_rows import CanaryRows, canary_rows
from rollout.drill.catalogued import Catalogued, backup_to_restore
from rollout.drill.content import Content, content_of, defects
from rollout.drill.copied import Copied, loss_in, stopped, unmeasured
from rollout.drill.copied_revision import Revision, brought, no_revision, refuse_without_revision
from rollout.drill.course import Course
from rollout.drill.dump_folder import dump_folder, size_of
from rollout.drill.left_databases import remove_left_databases, told_of_left_databases
from rollout.drill.left_schemas import told_of_left
from rollout.drill.original import Original, original_of
from rollout.drill.outcome import CannotTell, Failed, Passed, failed_in
from rollout.drill.preflight import Ready, preflight, remarks
from rollout.drill.programs import ProgramFailed, environment, run
from rollout.drill.restored_backup import RestoredBackup
from rollout.drill.scratch import Scratch, connected, scratch_database
from rollout.drill.sequences import positions
from rollout.drill.started_application import NotStarted
from rollout.plan import Plan
from rollout.target import Target
from rollout.target.message import one_line
from rollout.target.obstacle import needed
from rollout.target.settings import Action, Backups
from rollout.values import as_taken, numbered

JOBS = "2"
STEP_S = 3600.0  # none of the steps may take longer
LOCK_WAIT = "30s"  # a dump that waits for a lock would block the sessions behind it
OF_THE_COPY = ("restore", "compare")  # the steps of a recovery; it is complete once it was checked
OF_THE_BACKUP = ("find the backup", "restore the backup", "check the backup")


def restore_drill(
    target: Target,
    _: Plan,
    course: Course,
    revision: Revision = no_revision,
    use: Use = nothing_used,
    vital: tuple[str, ...] = (),
) -> Passed:
    """
    Exercise the restore on *target*; *revision* reads the revision of its schema, *use* is what users do with it.

    *vital* are the tables without whose rows a backup proves nothing.
    """
    drill = RestoreDrill(
        needed(target, "postgres_dsn"), needed(target, "drill_dsn"), target.postgres_programs, revision, course
    )
    drill.vital = vital
    drill.may_write = target.may(Action.WRITE)
    drill.application = ApplicationCheck(target, use, course)
    return drill.carry_out(target.backups)


@dataclass
class RestoreDrill:
    """
    One exercise: the *live* database is dumped, and restored on the server of *scratch* by a role with CREATEDB.

    *programs* is the folder of PostgreSQL's client programs, None for those on PATH. With *may_write* loss is counted
    in rows. *application* is started on the copy; None where no command for that is known. *vital* are the tables without
    whose rows a backup proves nothing.
    """

    live: SecretStr
    scratch: SecretStr
    programs: Path | None = None
    revision: Revision = no_revision
    course: Course = field(default_factory=Course)
    may_write: bool = False
    application: ApplicationCheck | None = None
    vital: tuple[str, ...] = ()

    def carry_out(self, backups: Backups | None) -> Passed:
        """The result; Failed where a copy or a backup is not whole, CannotTell where the drill could not go on."""
        with told_in_one_line():
            return self.both(backups)

    def both(self, backups: Backups | None) -> Passed:
        """Exercise a fresh dump, then the newest backup."""
        with self.course.step("preflight"):
            ready = preflight(self.live, self.scratch, self.programs, Path(gettempdir()))
            remove_left_databases(self.scratch)
        application = self.application
        if application:
            application.asked_before()
        copied = self.copied(ready)
        live = copied.live
        there = numbered(len(live.tables), "table is", "tables are")
        tables = numbered(len(live.tables), "table", "tables")
        reason = f"a copy of {live.rows:,} rows in {tables} is the same to the letter{remarks(ready)}"
        with self.course.step("find the backup"):
            backup = backup_to_restore(backups, self.course)
        told_of_backup = (
            self.backup(ready, backup, copied) if backup else "no file of a backup is named, so none was restored"
        )
        back_s = self.course.times["restore"]
        counts = copied.counts | {"database_bytes": ready.bytes} | (application.counts if application else {})
        steps = OF_THE_BACKUP if backup else OF_THE_COPY
        said = [
            reason,
            application.told if application else "",
            copied.told_of_loss,
            told_of_backup,
            told_of_left(self.live),
            told_of_left_databases(self.scratch),
        ]
        return Passed("; ".join(filter(None, said)), f"{there} back in {as_taken(back_s)}", counts, steps, copied.at)

    def copied(self, ready: Ready) -> Copied:
        """
        Dump the live database, restore the dump and compare.

        The snapshot is kept until then, so that differing rows can be named, and no lock on a table is. Canary rows are written until the copy is
        restored.
        """
        with dump_folder() as folder, self.canary() as canary, original_of(self.live) as original:
            files = folder / "dump"
            with self.course.step("dump"):
                before = original.look(positions)
                live, at = self.dumped(ready, files, original)
            if not live.rows:
                raise CannotTell("the live database has no row: a copy of nothing proves nothing")
            refuse_without_revision(at, self.revision)
            with original.accused(), self.in_scratch(ready) as scratch:
                scratch.drop(ready.lacks)
                with self.course.step("restore"):
                    restored(ready, files, scratch, self.course, JOBS, STEP_S)
                stopped(canary)
                with self.course.step("compare"):
                    copy, _ = self.content(scratch.dsn)
                    rows = partial(original.rows, scratch.dsn)
                    if found := defects(live, copy, rows, before, ready.with_roles):
                        raise failed_in("the copy is not the original", found)
                    copied = Copied(live, at, loss_in(canary, scratch.dsn), unmeasured(self.may_write, canary))
                if self.application:
                    self.application.used_on(scratch.dsn, partial(self.in_scratch, ready))
                    self.application.told += brought(scratch.dsn, self.revision, at)
                return copied

    @contextmanager
    def canary(self) -> Iterator[CanaryRows | None]:
        """Canary rows in the live database; None where nothing may be written there."""
        if not self.may_write:
            yield None
            return
        with canary_rows(self.live, self.scratch) as canary:
            yield canary

    def dumped(self, ready: Ready, files: Path, original: Original) -> tuple[Content, str | None]:
        """Dump the live database to *files*; its content and its revision at that very moment."""
        ((snapshot,),) = original.connection.execute("SELECT pg_export_snapshot()").fetchall()
        argv = [ready.dump, "--format=directory", "--jobs", JOBS, f"--snapshot={snapshot}", "--no-subscriptions"]
        argv += [f"--lock-wait-timeout={LOCK_WAIT}", "--file", str(files)]
        try:
            run(argv, environment(self.live), STEP_S, lambda: self.course.went(size_of(files)))
        except ProgramFailed as error:
            raise CannotTell(f"no dump could be taken: {error}") from None
        found = original.look(self.content_in)
        original.was_dumped()
        return found

    def content(self, dsn: SecretStr) -> tuple[Content, str | None]:
        """The content of a database, and its revision."""
        with connected(dsn) as connection:
            return self.content_in(connection)

    def content_in(self, connection: psycopg.Connection) -> tuple[Content, str | None]:
        """The content of the database of a connection, and its revision."""
        return content_of(connection, self.course.went), self.revision(connection)

    def backup(self, ready: Ready, backup: Catalogued, copied: Copied) -> str:
        """Restore a backup; the result in words; Failed where it is not whole."""
        with self.in_scratch(ready) as scratch:
            with self.course.step("restore the backup"):
                restored(ready, backup.file, scratch, self.course, JOBS, STEP_S)
            with self.course.step("check the backup"):
                found = RestoredBackup(backup, copied.live, copied.at, *self.content(scratch.dsn), self.vital)
                found.expect_whole(scratch.dsn)
            moved = self.moved(backup, scratch, found.revision, copied.at) if found.has_moved else ""
        return found.told(moved)

    def moved(self, backup: Catalogued, scratch: Scratch, revision: str | None, at: str | None) -> str:
        """
        Words on a backup at another *revision*; Failed where the application, *at* its own, does not start on it.

        CannotTell where no application could be started: it may not know that revision.
        """
        said = f"at revision {revision} where the live database is at {at}"
        application = self.application
        try:
            tried = application is not None and application.brought_up(scratch.dsn)
        except NotStarted as error:
            raise Failed(f"{backup.told} {backup.file.name} is {said}: {error}") from None
        if not tried:
            why = f"{application.told}; " if application else ""
            raise CannotTell(
                f"{backup.told} {backup.file.name} is {said}, and nobody tried whether the application knows that: {why}take"
                f" a backup at {at}, or name the command in `drill_application`"
            )
        with connected(scratch.dsn) as connection:
            now = self.revision(connection)
        return f", {said}; the application started on it and left it at {now}"

    @contextmanager
    def in_scratch(self, ready: Ready) -> Iterator[Scratch]:
        """An empty scratch database, like the live one."""
        with scratch_database(self.scratch, ready.locale) as scratch:
            yield scratch


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """Raise CannotTell for an error of PostgreSQL in the block, since it is no finding about a backup."""
    try:
        yield
    except (psycopg.Error, UnicodeError) as error:
        raise CannotTell(f"PostgreSQL: {type(error).__name__}: {one_line(str(error))}") from None
