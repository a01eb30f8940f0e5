"""What is in the way of a restore drill is told before anything is made, with the way out."""

from collections import namedtuple
from pathlib import Path

import pytest
from pydantic import SecretStr

from rollout.drill.outcome import CannotTell
from rollout.drill.preflight import refuse_newer, refuse_older, refuse_unreadable
from rollout.drill.room import refuse_without_room

Usage = namedtuple("Usage", "total used free")


def test_a_disk_without_room_for_the_dump_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Before the dump fills it; a dump is hardly ever larger than its database.
    """
    monkeypatch.setattr("shutil.disk_usage", lambda folder: Usage(10 << 20, 8 << 20, 2 << 20))
    refuse_without_room(tmp_path, 2 << 20)
    with pytest.raises(CannotTell) as refused:
        refuse_without_room(tmp_path, 3 << 20)
    assert str(refused.value) == (
        f"{tmp_path} has 2 MiB left and the database 3 MiB: no room for a dump; set TMPDIR to a larger disk"
    )


def program(folder: Path, name: str, version: str) -> str:
    """The path of a program that prints a version."""
    file = folder / name
    file.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
    file.chmod(0o700)
    return str(file)


def test_a_program_older_than_the_server_is_told_in_one_line(tmp_path: Path) -> None:
    """
    It would refuse the server, or read no dump of it.
    """
    pg_dump = program(tmp_path, "pg_dump", "16.4")
    refuse_older(pg_dump, 16)
    with pytest.raises(CannotTell, match=r"^pg_dump is version 16 and the server 18: an older program refuses it;"):
        refuse_older(pg_dump, 18)


def test_a_program_that_the_server_is_too_old_for_is_told_in_one_line(tmp_path: Path) -> None:
    """
    From version 17 on pg_restore begins with a setting that ends it on a server before; others are no obstacle.
    """
    pg_restore = program(tmp_path, "pg_restore", "18.4")
    refuse_newer(pg_restore, 17)
    with pytest.raises(CannotTell) as refused:
        refuse_newer(pg_restore, 16)
    assert str(refused.value) == (
        "pg_restore is version 18 and the server 16: it sets transaction_timeout, which no server before 17 knows;"
        " install PostgreSQL 16's client programs, or set `postgres_programs`"
    )
    refuse_newer(program(tmp_path, "pg_restore", "16.4"), 15)


def test_a_dsn_that_no_client_reads_is_told_without_a_word_of_it() -> None:
    """
    It may hold a password.
    """
    with pytest.raises(CannotTell, match=r"^drill_dsn is no DSN that PostgreSQL's client can read$"):
        refuse_unreadable(SecretStr("host=a secret with spaces"), "drill_dsn")
