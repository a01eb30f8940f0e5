"""Reading what was written to a log since somebody began to look."""

from pathlib import Path

import pytest

from rollout.target.obstacle import Obstacle
from xcodereviewer.log_tail import LogTail


def test_only_what_was_written_since_is_read(tmp_path: Path) -> None:
    """
    Secrets of last year are another matter.
    """
    file = tmp_path / "backend.log"
    file.write_text("before\n")
    tail = LogTail([file])
    assert tail.text() == ""
    with file.open("a") as log:
        log.write("after\n")
    assert tail.text() == "after\n"


def test_a_log_that_was_begun_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    """
    A rotation in between hides nothing.
    """
    file = tmp_path / "backend.log"
    file.write_text("a long line of before\n")
    tail = LogTail([file])
    file.write_text("anew\n")
    assert tail.text() == "anew\n"


def test_a_log_that_is_not_there_is_an_obstacle(tmp_path: Path) -> None:
    """
    It says nothing bad about the target.
    """
    with pytest.raises(Obstacle, match="No such file") as told:
        LogTail([tmp_path / "missing.log"])
    assert "log_files" in told.value.way_out
