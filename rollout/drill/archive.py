"""Restore an archive of PostgreSQL into a scratch database; the first bytes determine its kind."""

from codecs import getincrementaldecoder
from pathlib import Path

from rollout.drill.archive_folder import refuse_cut
from rollout.drill.archive_tar import refuse_cut_tar
from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.plain_sql import loader
from rollout.drill.preflight import Ready
from rollout.drill.programs import ProgramFailed, environment, run
from rollout.drill.restore_errors import accuses
from rollout.drill.scratch import Scratch

CUSTOM, TAR_AT, TAR = b"PGDMP", 257, b"ustar"


def restored(ready: Ready, files: Path, scratch: Scratch, course: Course, jobs: str, within_s: float) -> None:
    """
    Restore an archive, a file or a folder, into *scratch*; plain SQL is loaded by psql.

    Failed where the archive is not whole or its rows do not fit together. CannotTell for any other error of
    PostgreSQL, such as a right, an extension or disk space that the scratch server lacks: such errors are no evidence
    about the archive.
    """
    refuse_others(files)
    try:
        run(
            command(ready, files, scratch.name, jobs),
            environment(scratch.dsn),
            within_s,
            lambda: course.went(scratch.size(), ready.bytes),
        )
    except ProgramFailed as error:
        ended = Failed if accuses(files, error.lines) else CannotTell
        raise ended(f"{files.name} could not be restored: {error}") from None


def command(ready: Ready, files: Path, database: str, jobs: str) -> list[str]:
    """The command that restores an archive into a *database*; a tar file cannot be restored by several *jobs*."""
    if is_plain(files):
        return [*loader(files, Path(ready.restore).parent), "--dbname", database]
    argv = [
        ready.restore,
        *([] if is_tar(files) else ["--jobs", jobs]),
        "--exit-on-error",
        "--no-subscriptions",
        "--dbname",
        database,
    ]
    return [*argv, *([] if ready.with_roles else ["--no-owner", "--no-privileges"]), str(files)]


def refuse_others(files: Path) -> None:
    """Failed for an empty file, or a folder or tar file that is not whole; CannotTell for what is neither an archive that pg_restore reads nor plain SQL."""
    if files.is_dir():
        refuse_cut(files)
        return
    start = beginning(files)
    if not start:
        raise Failed(f"{files.name} is empty")
    if not is_archive(start) and not is_text(start):
        raise CannotTell(
            f"{files.name} is no archive of pg_dump and no plain SQL: take backups with pg_dump --format=custom or directory"
        )
    if is_tar(files):
        refuse_cut_tar(files)


def is_plain(files: Path) -> bool:
    """Whether a file is plain SQL, the default format of pg_dump."""
    if files.is_dir():
        return False
    start = beginning(files)
    return not is_archive(start) and is_text(start)


def is_tar(files: Path) -> bool:
    """Whether a file is an archive of the format tar."""
    return files.is_file() and beginning(files)[TAR_AT:] == TAR


def beginning(file: Path) -> bytes:
    """The first bytes of a file, enough to determine its kind."""
    with file.open("rb") as content:
        return content.read(TAR_AT + len(TAR))


def is_archive(start: bytes) -> bool:
    """Whether a file begins as one that pg_restore reads."""
    return start.startswith(CUSTOM) or start[TAR_AT:] == TAR


def is_text(start: bytes) -> bool:
    """Whether the beginning of a file is text in UTF-8, the last character of which may be cut."""
    try:
        return "\0" not in getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
