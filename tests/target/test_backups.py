"""Reading a backup catalogue."""

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rollout.target.backups import OF_A_FOLDER, digest, file_of, newest
from rollout.target.settings import Backups
from rollout.values import LARGEST_ANSWER

CONTENT = b"PGDMP" * 1000


def entry(hours_ago: float = 1, **changes: Any) -> dict[str, Any]:
    """One entry of a catalogue."""
    finished = datetime.now(UTC) - timedelta(hours=hours_ago)
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    return {"file": "a.dump", "bytes": len(CONTENT), "sha256": sha256, "finished_at": finished.isoformat(), **changes}


def catalogue(folder: Path, content: str | bytes) -> Backups:
    """Settings that name a catalogue with this *content*."""
    (folder / "catalogue.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    return Backups(catalogue=folder / "catalogue.json")


def test_the_youngest_backup_counts(tmp_path: Path) -> None:
    """
    Of several entries the one that was finished last is the newest, in whatever order they stand.
    """
    backup = newest(catalogue(tmp_path, json.dumps([entry(5), entry(2, file="b.dump"), entry(9)])))
    assert backup.file == "b.dump"
    assert backup.age_hours == pytest.approx(2, abs=0.01)


def test_a_backup_from_the_future_is_refused(tmp_path: Path) -> None:
    """
    It would be young enough for ever; a clock that is a little ahead is none of that.
    """
    assert newest(catalogue(tmp_path, json.dumps(entry(-0.05)))).file == "a.dump"
    with pytest.raises(
        AssertionError, match=r"got b\.dump finished at .*, want a time that is over \(clocks may differ"
    ):
        newest(catalogue(tmp_path, json.dumps([entry(-0.2, file="b.dump"), entry(2)])))


def test_a_file_beside_the_catalogue_is_read(tmp_path: Path) -> None:
    """
    The checksum is that of the file's content.
    """
    settings = catalogue(tmp_path, json.dumps(entry()))
    (tmp_path / "a.dump").write_bytes(CONTENT)
    backup = newest(settings)
    file = file_of(backup, settings)
    assert file is not None
    assert digest(file) == backup.sha256


def test_the_checksum_of_a_folder_is_what_a_shell_prints(tmp_path: Path) -> None:
    """
    Whoever takes the backup writes it down with the programs at hand.
    """
    for number in (1, 10, 2):
        (tmp_path / f"blob_{number}.dat").write_bytes(CONTENT)
    (tmp_path / "toc.dat").write_bytes(b"PGDMP")
    printed = subprocess.run(OF_A_FOLDER, shell=True, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert digest(tmp_path) == printed.split()[0]


def test_a_command_may_tell_the_catalogue() -> None:
    """
    What a command prints is read like a file; the backup itself is then elsewhere.
    """
    settings = Backups(command=(sys.executable, "-c", f"print({json.dumps(json.dumps(entry()))})"))
    assert file_of(newest(settings), settings) is None


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param("", "want a JSON list of backups", id="nothing"),
        pytest.param("<html>", "want a JSON list of backups", id="a page"),
        pytest.param("[]", "got an empty list, want a backup", id="an empty list"),
        pytest.param("[1]", "want an entry of a backup", id="numbers"),
        pytest.param(json.dumps(entry(bytes=-1)), "got bytes:", id="a negative size"),
        pytest.param(
            json.dumps(entry(finished_at="2026-01-01T00:00:00")), "got finished_at:", id="a time without zone"
        ),
        pytest.param(json.dumps(entry(sha256="none")), "got sha256:", id="no checksum"),
        pytest.param(b"\x89PNG\xff\x00", "want a JSON list of backups", id="a picture"),
        pytest.param(b" " * (LARGEST_ANSWER + 1), "got more than 5 MiB", id="without end"),
        pytest.param("[" * 20_000, "want a JSON list of backups", id="twenty thousand brackets"),
    ],
)
def test_an_odd_catalogue_is_told(tmp_path: Path, content: str | bytes, complaint: str) -> None:
    """
    A catalogue that proves nothing is a complaint in one line.
    """
    with pytest.raises(AssertionError, match=complaint):
        newest(catalogue(tmp_path, content))


@pytest.mark.parametrize(
    "command",
    [
        pytest.param((sys.executable, "-c", "raise SystemExit(3)"), id="it fails"),
        pytest.param(("/nowhere/no-such-command",), id="it is not there"),
        pytest.param(("sh", "-c", "exec yes"), id="it prints without end"),
        pytest.param(("sh", "-c", "yes >&2 & wait"), id="what it started complains without end"),
    ],
)
def test_a_command_that_does_not_work_is_told(command: tuple[str, ...]) -> None:
    """
    A command that fails, cannot be run, or does not stop to print is a complaint and no crash.
    """
    with pytest.raises(AssertionError, match=r"^backup command: got "):
        newest(Backups(command=command))


def test_a_command_that_does_not_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What it started ends with it: nothing holds its output open.
    """
    monkeypatch.setattr("rollout.target.backups.COMMAND_S", 0.2)
    with pytest.raises(AssertionError, match=r"^backup command: got no end of it within 0\.2 s, want an answer"):
        newest(Backups(command=("sh", "-c", "sleep 600 & sleep 600")))
