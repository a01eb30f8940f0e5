"""The registry of running stand-ins."""

import json
from dataclasses import MISSING, fields
from pathlib import Path
from typing import IO

import pytest

from standin import commands, running_stacks
from standin.errors import StandinError
from standin.paths import PACKAGE_ROOT, runs_dir
from standin.state_file import State


@pytest.fixture(autouse=True)
def own_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that no other stand-in on this machine is in."""
    monkeypatch.setattr("standin.paths.open_tempdir", lambda: tmp_path)


def test_a_claimed_directory_is_refused_to_the_next(tmp_path: Path) -> None:
    """
    Two stand-ins in one directory would overwrite each other's state.
    """
    _, held = running_stacks.claim("first", tmp_path / "here", [])
    with held, pytest.raises(StandinError, match="belongs to the running stand-in 'first'"):
        running_stacks.claim("second", tmp_path / "here", [])


def test_a_name_is_given_once(tmp_path: Path) -> None:
    """
    `list` would not tell two of the same name apart.
    """
    _, held = running_stacks.claim("first", tmp_path / "here", [])
    with held, pytest.raises(StandinError, match="named 'first' runs already"):
        running_stacks.claim("first", tmp_path / "there", [])


def test_what_a_dead_stand_in_left_is_deleted_by_the_next_look(tmp_path: Path) -> None:
    """
    A released lock is how the registry learns of a death, however it came about.
    """
    left = tmp_path / "left"
    left.mkdir()
    entry, held = running_stacks.claim("gone", tmp_path / "here", [left])
    assert [found.name for found in running_stacks.running()] == ["gone"]
    held.close()
    assert running_stacks.running() == []
    assert not left.exists()
    assert not entry.exists()


def test_a_torn_entry_does_not_stop_the_others(tmp_path: Path) -> None:
    """
    Half a file in the registry is passed over.
    """
    (runs_dir() / "1-torn.json").write_text("{")
    (runs_dir() / "2-other.json").write_text(json.dumps({"of": "another version"}))
    _, held = running_stacks.claim("whole", tmp_path / "here", [])
    with held:
        assert [found.name for found in running_stacks.running()] == ["whole"]


def running_in(folder: Path, name: str, checkout: str) -> IO[str]:
    """A running stand-in of a checkout, in the registry and with its state; it ends with the returned file."""
    facts = {
        field.name: "x" for field in fields(State) if field.default is MISSING and field.default_factory is MISSING
    }
    State(**{**facts, "name": name, "dir": str(folder), "checkout": checkout}).save()  # type: ignore[arg-type]
    return running_stacks.claim(name, folder, [])[1]


def test_only_a_stand_in_of_this_checkout_is_meant(tmp_path: Path) -> None:
    """
    `down` without a name once ended the only running stand-in, which worked for somebody else.
    """
    mine, other = tmp_path / "mine", tmp_path / "other"
    for folder in (mine, other):
        folder.mkdir()
    with running_in(other, "other", "/elsewhere"):
        with pytest.raises(StandinError) as refusal:
            commands.find(None)
        assert str(refusal.value) == (
            "no stand-in of this checkout is running; way out: `up --keep`; of other checkouts, by --dir: " + str(other)
        )
        assert commands.find(str(other)).name == "other"
        with running_in(mine, "mine", str(PACKAGE_ROOT)):
            assert commands.find(None).name == "mine"
