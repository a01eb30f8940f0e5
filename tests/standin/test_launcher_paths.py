"""Where the launcher puts things, and whom it trusts there."""

import stat
from pathlib import Path

import pytest

from standin import paths
from standin.errors import StandinError


def test_a_cache_under_an_unwritable_home_falls_back_to_the_temporary_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A home that is a file, as good as none, does not stop a boot.
    """
    (tmp_path / "home").write_text("not a directory")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(paths, "open_tempdir", lambda: tmp_path)
    cache = paths.cache_dir()
    assert cache is not None
    assert cache.parent == tmp_path


def test_a_symbolic_link_is_never_taken_for_a_directory_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Somebody who plants a link in the shared temporary directory gets no stand-in through it.
    """
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(paths, "open_tempdir", lambda: tmp_path)
    paths.shared_dir("runs").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StandinError, match="not a directory of this user"):
        paths.runs_dir()


def test_a_private_file_is_readable_for_its_owner_only(tmp_path: Path) -> None:
    """
    Passwords lie in files of mode 0600, also when they replace an older file.
    """
    path = tmp_path / "state.json"
    path.touch(mode=0o644)
    paths.write_private(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_path_below_a_closed_directory_is_not_traversable(tmp_path: Path) -> None:
    """
    PostgreSQL's own user cannot run programs that lie below somebody's private home.
    """
    program = tmp_path / "home" / "bin" / "postgres"
    program.parent.mkdir(parents=True)
    program.touch()
    (tmp_path / "home").chmod(0o700)
    assert not paths.traversable(program)


def test_a_temporary_directory_of_root_alone_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    PostgreSQL runs as somebody else, who must be able to reach its data.
    """
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "closed" / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "closed" / "tmp"))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert paths.traversable(paths.open_tempdir() / "any")
