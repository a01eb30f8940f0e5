"""Who writes a journal: a process of this boot, or where no kernel tells it a number alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rollout.evidence import writer
from rollout.evidence.writer import identity, is_alive, pid_of, this_process


@pytest.fixture
def ended() -> int:
    """The number of a process that is gone."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_this_process_is_alive() -> None:
    """
    With its boot and its beginning; another beginning is another process.
    """
    mine = this_process()
    assert mine.startswith(f"{os.getpid()}@")
    assert pid_of(mine) == str(os.getpid())
    assert is_alive(mine)
    assert not is_alive(f"{mine}0")


def test_a_process_that_ended_is_not(ended: int) -> None:
    """
    Nor is what names none.
    """
    assert identity(ended) is None
    for nobody in (None, "", "x@y", "0@:", "-1@:", f"{ended}@:"):
        assert not is_alive(nobody)


def test_without_a_kernel_that_tells_the_number_has_to_do(
    ended: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    It is there or it is not.
    """
    monkeypatch.setattr(writer, "BOOT", tmp_path / "none")
    assert identity(os.getpid()) == this_process() == f"{os.getpid()}@:"
    assert identity(ended) is None
