"""What pg_restore says of an archive accuses it, or says nothing about it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from rollout.drill.archive import refuse_others, restored
from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.preflight import Ready
from rollout.drill.scratch import Locale, Scratch

HALF = "pg_restore: error: could not read from input file: end of file"
KEY = 'pg_restore: error: could not execute query: ERROR:  insert or update on table "book" violates foreign key constraint'
TWICE = 'pg_restore: error: could not execute query: ERROR:  could not create unique index "author_pkey"'
RIGHT = "pg_restore: error: could not execute query: ERROR:  permission denied to create extension"
LACKS = 'pg_restore: error: could not execute query: ERROR:  extension "postgis" is not available'
CUT = 'pg_restore: error: could not close data file "a.dump/2574.dat": Success'
GONE = 'pg_restore: error: could not open input file "/backups/a.dump/2574.dat": No such file or directory'
THEIRS = 'pg_restore: error: ERROR:  could not open file "/usr/lib/postgis.so": No such file or directory'
NAMED = "pg_restore: error: could not execute query: ERROR:  permission denied for schema corrupted_uploads"
THERE = 'psql:/b/corrupt.sql:3: ERROR:  relation "x violates y; invalid input syntax for" already exists'
BEHIND = 'pg_restore: error: COPY failed for table "end of file": ERROR:  permission denied for table "is duplicated"'
NULL = 'pg_restore: error: COPY failed for table "book": ERROR:  null value in column "id" of relation "book" violates not-null'
FORGED = f'pg_restore: error: could not execute query: ERROR:  permission denied for schema "a | {HALF}\n{HALF}"'
BROKEN_OUT = (
    'pg_restore: error: COPY failed for table "b": ERROR:  invalid input syntax ": ERROR:  permission denied for table'
)
DIED = f"{CUT}\npg_restore: error: a worker process died unexpectedly"
SQL = 'psql:/b/backup.sql:12: ERROR:  duplicate key value violates unique constraint "author_pkey"'
FULL = "pg_restore: error: COPY failed: could not extend file: No space left on device; violates nothing"


def archive(folder: Path, content: bytes = b"PGDMP and more") -> Path:
    """A file that begins as an archive does."""
    file = folder / "a.dump"
    file.write_bytes(content)
    return file


def restore(folder: Path, said: str, with_roles: bool = True) -> None:
    """Restore with a program that says something and ends with its arguments in a file."""
    program = folder / "pg_restore"
    program.write_text(f"#!/bin/sh\necho \"$@\" > '{folder}/arguments'\necho '{said}' >&2\ntest -z '{said}'\n")
    program.chmod(0o700)
    ready = Ready("pg_dump", str(program), Locale("UTF8", "C", "C"), 1, with_roles, True)
    scratch = Scratch("rollout_drill_1", SecretStr("host=127.0.0.1 dbname=rollout_drill_1"), None)  # type: ignore[arg-type]
    restored(ready, archive(folder), scratch, Course(), "2", 60)


@pytest.mark.parametrize(
    "said",
    [HALF, CUT, DIED, GONE, KEY, TWICE, NULL, SQL],
    ids=[
        *(
            "cut in half",
            "a file of it cut in half",
            "a job of several",
            "a file of it gone",
            "rows without their key",
            "rows twice",
        ),
        *("nothing where something has to be", "plain SQL"),
    ],
)
def test_an_archive_that_is_not_whole_fails(tmp_path: Path, said: str) -> None:
    """
    Its own words are passed on.
    """
    with pytest.raises(Failed, match=r"^a\.dump could not be restored: (pg_restore: error|psql:/b/backup\.sql:12): "):
        restore(tmp_path, said)


@pytest.mark.parametrize(
    "said",
    [RIGHT, LACKS, THEIRS, FULL, NAMED, THERE, BEHIND, FORGED, BROKEN_OUT],
    ids=[
        *("a right", "an extension", "a file", "room", "a telling schema", "a telling table", "a telling name"),
        *("a name with a line of its own", "a name with a message of its own"),
    ],
)
def test_what_the_scratch_server_lacks_accuses_no_archive(tmp_path: Path, said: str) -> None:
    """
    Nobody can tell then whether it is whole.
    """
    with pytest.raises(CannotTell, match="could not be restored"):
        restore(tmp_path, said)


def test_owners_and_grants_are_left_to_superusers(tmp_path: Path) -> None:
    """
    Another role could not give tables away.
    """
    restore(tmp_path, "")
    assert "--no-owner" not in (tmp_path / "arguments").read_text()
    restore(tmp_path, "", with_roles=False)
    assert "--no-owner --no-privileges" in (tmp_path / "arguments").read_text()


def test_what_is_no_archive_is_told_before_anything_is_restored(tmp_path: Path) -> None:
    """
    An empty file or folder is no backup; what pg_restore cannot read may be one all the same.
    """
    with pytest.raises(Failed, match=r"a\.dump is empty"):
        refuse_others(archive(tmp_path, b""))
    with pytest.raises(Failed, match=r"is a folder without toc\.dat: no dump is in it"):
        refuse_others(tmp_path)
    with pytest.raises(CannotTell, match=r"a\.dump is no archive of pg_dump and no plain SQL: take backups with"):
        refuse_others(archive(tmp_path, b"\x1f\x8b\x08\x00"))
    for text in ("--\n-- PostgreSQL database dump\n--\n", "\ufeffSELECT 1;", "-- Größe\n", "-" + "é" * 200):
        refuse_others(archive(tmp_path, text.encode()))
