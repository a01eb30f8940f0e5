"""The new database of a restore: which names it may have, how it is known again, and which backup goes into it."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rollout.drill.outcome import CannotTell
from rollout.rollback.new_database import DatabaseState, NewDatabase, with_backup
from rollout.target import Target
from rollout.target.settings import Backups

MINE = NewDatabase("shop_restored", "a.dump", "0" * 64, "5eed")


def target(folder: Path, *files: str, **changes: Any) -> Target:
    """A target whose catalogue lists *files*, the oldest first."""
    entries = [
        {
            "file": file,
            "bytes": 5,
            "sha256": hashlib.sha256(file.encode()).hexdigest(),
            "finished_at": f"2026-11-{day:02}T02:00:00Z",
        }
        for day, file in enumerate(files, start=1)
    ]
    (folder / "catalogue.json").write_text(json.dumps(entries), encoding="utf-8")
    facts: dict[str, Any] = {"name": "west", "environment": "staging", "base_url": "http://127.0.0.1:1"}
    return Target(**{**facts, "backups": Backups(catalogue=folder / "catalogue.json"), **changes})


@pytest.mark.parametrize("name", ["shop_restored", "_a", "shop2", "a" * 63])
def test_a_plain_name_may_be_that_of_a_new_database(name: str) -> None:
    """
    It can be typed, and stands in printed commands as it is.
    """
    assert NewDatabase(name).name == name


@pytest.mark.parametrize(
    "name", ["", "Shop", "a b", "a-b", "2shop", "a" * 64, "host=x", "postgres://x", 'a"b', "a;b", "a\n", "é"]
)
def test_a_name_that_a_program_could_take_for_something_else_is_refused(name: str) -> None:
    """
    pg_restore takes an address for a name, and psql more than one statement.
    """
    with pytest.raises(ValueError, match="is no name for a database: lower-case letters, digits and _, 63 at most"):
        NewDatabase(name)


def test_a_name_of_a_scratch_database_is_refused() -> None:
    """
    The next drill would drop it.
    """
    with pytest.raises(ValueError, match="is removed by the next drill"):
        NewDatabase("rollout_drill_shop")


def test_the_comment_tells_the_state_to_the_rollback_that_wrote_it() -> None:
    """
    To each other one the database is foreign: it is not dropped.
    """
    for state in (DatabaseState.RESTORING, DatabaseState.RESTORED, DatabaseState.CHECKED):
        assert MINE.state_of(MINE.comment(state)) is state
        assert replace(MINE, mark="0ther").state_of(MINE.comment(state)) is DatabaseState.FOREIGN
    for other in (None, "", "our shop", f"{MINE.comment(DatabaseState.RESTORING)}!"):
        assert MINE.state_of(other) is DatabaseState.FOREIGN


def test_each_rollback_has_a_mark_of_its_own() -> None:
    """
    The same name twice is two databases.
    """
    assert NewDatabase("shop").mark != NewDatabase("shop").mark


def test_the_newest_backup_is_taken_unless_one_is_named(tmp_path: Path) -> None:
    """
    Whatever the drill of this target takes, and however old it is.
    """
    system = target(tmp_path, "a.dump", "b.dump", "c.dump")
    assert system.backups is not None
    random = system.model_copy(update={"backups": system.backups.model_copy(update={"restored": "random"})})
    for each in (system, random):
        assert with_backup(NewDatabase("shop"), each)[0].backup == "c.dump"
        found, entry = with_backup(NewDatabase("shop", "b.dump"), each)
        assert (found.backup, found.sha256, entry.finished_at.day) == ("b.dump", entry.sha256, 2)


def test_a_resumed_restore_takes_the_backup_of_before(tmp_path: Path) -> None:
    """
    A newer one of the same name is another backup.
    """
    first, _ = with_backup(NewDatabase("shop"), target(tmp_path, "a.dump", "b.dump"))
    assert with_backup(first, target(tmp_path, "b.dump", "c.dump"))[0] == first
    with pytest.raises(ValueError, match=r"--backup: no backup 'b\.dump'"):
        with_backup(replace(first, sha256="0" * 64), target(tmp_path, "b.dump", "c.dump"))


def test_without_a_backup_nothing_is_restored(tmp_path: Path) -> None:
    """
    Nothing is listed, or nobody says where.
    """
    with pytest.raises(CannotTell, match="lists no backup: there is none to restore"):
        with_backup(NewDatabase("shop"), target(tmp_path))
    for backups in (None, Backups(command=("cat", "x"))):
        with pytest.raises(ValueError, match=r"set `backups` in targets/west\.toml, with `catalogue`"):
            with_backup(NewDatabase("shop"), target(tmp_path, backups=backups))
