"""The newest backup of a catalogue: the file that was written, and not too old."""

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rollout.drill import catalogued
from rollout.drill.catalogued import Catalogued, backup_to_restore
from rollout.drill.course import Course, Nobody
from rollout.drill.outcome import CannotTell, Failed
from rollout.target.settings import Backups


def settings(folder: Path, hours_ago: float = 1, **changes: Any) -> Backups:
    """A catalogue with one good backup, some facts of which are changed."""
    file = folder / "a.dump"
    file.write_bytes(b"PGDMP")
    facts = {"file": file.name, "bytes": 5, "sha256": hashlib.sha256(b"PGDMP").hexdigest()}
    finished = datetime.now(UTC) - timedelta(hours=hours_ago)
    entry = {**facts, "finished_at": finished.isoformat(), **changes}
    (folder / "catalogue.json").write_text(json.dumps([entry]), encoding="utf-8")
    return Backups(catalogue=folder / "catalogue.json")


def test_a_good_one_is_handed_over(tmp_path: Path) -> None:
    """
    With its age.
    """
    found = backup_to_restore(settings(tmp_path, hours_ago=2), Course())
    assert found is not None
    assert (found.file.name, round(found.age_hours, 1)) == ("a.dump", 2.0)


def test_its_bytes_are_told_while_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    With all of them, as the catalogue says.
    """
    told: list[tuple[int, int | None]] = []

    class Listening(Nobody):
        def went(self, done: int, total: int | None) -> None:
            told.append((done, total))

    monkeypatch.setattr("rollout.target.backups.CHUNK", 3)
    backup_to_restore(settings(tmp_path), Course(Listening()))
    assert told == [(3, 5), (5, 5)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"file": "b.dump"}, "b.dump stands in the catalogue of backups, and there is no such file"),
        ({"sha256": "0" * 64}, "a.dump is not what was written: its SHA-256 is another one"),
        ({"hours_ago": 72}, "a.dump: got an age of 72.0 h, want 24 h at most"),
    ],
    ids=["gone", "altered", "too old"],
)
def test_a_bad_one_fails(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    """
    It would not help in need.
    """
    with pytest.raises(Failed, match=said):
        backup_to_restore(settings(tmp_path, **changes), Course())


def test_what_is_no_file_is_no_backup(tmp_path: Path) -> None:
    """
    A pipe that nobody writes to would be read for ever.
    """
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(
        Failed, match=r"^pipe stands in the catalogue of backups, and it is no regular file and no folder"
    ):
        backup_to_restore(settings(tmp_path, file="pipe"), Course())
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "folder" / "toc.dat")
    with pytest.raises(AssertionError, match=r"folder: got no regular file, want one that can be read"):
        backup_to_restore(settings(tmp_path, file="folder"), Course())
    os.mkfifo(tmp_path / "pipe.json")
    with pytest.raises(CannotTell, match=r"pipe\.json: got no regular file, want a file"):
        backup_to_restore(Backups(catalogue=tmp_path / "pipe.json"), Course())


def test_a_backup_is_not_read_for_ever(tmp_path: Path) -> None:
    """
    The time of the step is over, and nobody can tell.
    """
    course = Course()
    with pytest.raises(CannotTell, match="the time of this step was over after 0 s"), course.step("find", longest_s=0):
        backup_to_restore(settings(tmp_path), course)


def test_one_at_random_is_taken_where_the_target_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Old ones are restored too; it is the newest that must not be too old.
    """
    found = settings(tmp_path)
    (newest,) = json.loads((tmp_path / "catalogue.json").read_text(encoding="utf-8"))
    older = {**newest, "finished_at": (datetime.now(UTC) - timedelta(days=9)).isoformat()}
    (tmp_path / "catalogue.json").write_text(json.dumps([newest, older]), encoding="utf-8")
    monkeypatch.setattr("secrets.choice", lambda backups: backups[0])
    taken = backup_to_restore(found.model_copy(update={"restored": "random"}), Course())
    assert taken is not None
    assert (round(taken.age_hours / 24), taken.told) == (9, "one of 2 backups at random,")
    assert backup_to_restore(found, Course()) == Catalogued(taken.file, pytest.approx(1, abs=0.1))  # type: ignore[arg-type]


def test_a_catalogue_without_a_backup_fails(tmp_path: Path) -> None:
    """
    Nobody could restore anything.
    """
    found = settings(tmp_path)
    (tmp_path / "catalogue.json").write_text("[]", encoding="utf-8")
    with pytest.raises(Failed, match=r"^catalogue\.json lists no backup: there is none to restore"):
        backup_to_restore(found, Course())


def test_without_a_file_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A catalogue that a command prints says nothing of where its files are; one that cannot be read accuses no backup.
    """
    assert backup_to_restore(None, Course()) is None
    assert backup_to_restore(Backups(command=("cat", "catalogue.json")), Course()) is None
    monkeypatch.setattr(catalogued, "WRITTEN_S", 0)
    with pytest.raises(CannotTell, match=r"catalogue\.json: got nothing, want a file"):
        backup_to_restore(Backups(catalogue=tmp_path / "catalogue.json"), Course())
