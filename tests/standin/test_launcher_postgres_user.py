"""Whom PostgreSQL runs as where the stand-in is started by root."""

import os
import pwd
from pathlib import Path

import pytest

from standin.errors import StartError
from standin.postgres import ANYBODY, FEW, unprivileged_uid, unused

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to choose another user")


def test_each_server_gets_a_user_of_its_own(tmp_path: Path) -> None:
    """
    Not `nobody`, whom others run as too, nor any account of this machine; the directory belongs to it.
    """
    uid = unprivileged_uid(tmp_path)
    assert uid in ANYBODY
    assert uid not in {account.pw_uid for account in pwd.getpwall()}
    assert tmp_path.stat().st_uid == uid
    assert len({unprivileged_uid(tmp_path) for _ in range(5)}) > 1


def test_a_container_with_few_numbers_gives_a_lower_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where the kernel knows no number of the usual range, a free one of the system's range is taken.
    """
    chown = os.chown

    def of_a_small_container(path: Path, uid: int, gid: int) -> None:
        if uid > 1000:
            raise OSError(22, "Invalid argument")
        chown(path, uid, gid)

    monkeypatch.setattr(os, "chown", of_a_small_container)
    assert unprivileged_uid(tmp_path) in FEW


def test_without_another_user_the_start_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    PostgreSQL never runs as root.
    """

    def refuses(_path: Path, _uid: int, _gid: int) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(os, "chown", refuses)
    with pytest.raises(StartError, match="no other user can be given files here"):
        unprivileged_uid(tmp_path)


def test_no_account_is_among_the_numbers() -> None:
    """
    Root's number belongs to an account.
    """
    assert unused(range(1)) == []
