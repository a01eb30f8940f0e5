"""The folder of a dump."""

from pathlib import Path

import pytest

from rollout.drill import dump_folder as folders
from rollout.drill.dump_folder import LOCK, dump_folder, size_of
from rollout.drill.scratch import PREFIX


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of our own."""
    monkeypatch.setattr(folders, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_what_a_killed_drill_left_is_removed_and_nothing_else(temporary: Path) -> None:
    """
    A folder that is in use stays, and so does one that no drill made.
    """
    left, other = temporary / f"{PREFIX}left", temporary / f"{PREFIX}other"
    for folder in (left, other):
        folder.mkdir()
    (left / LOCK).touch()
    with dump_folder() as used:
        assert (left.exists(), other.exists()) == (False, True)
        with dump_folder():
            assert used.exists()
    assert not used.exists()


def test_the_size_is_that_of_its_files(temporary: Path) -> None:
    """
    A dump that has not begun has none.
    """
    assert size_of(temporary / "nothing") == 0
    (temporary / "a").write_bytes(b"123")
    (temporary / "b").write_bytes(b"45")
    assert size_of(temporary) == 5
