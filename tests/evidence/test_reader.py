"""A process verifies each journal once, and again as soon as it has changed."""

import os
import time
from pathlib import Path

import pytest

from rollout.evidence import Journal, Origin, State, reader
from rollout.evidence.reader import read_run
from rollout.evidence.records import LoadStopped

ORIGIN = Origin(producer="gate", phase="phase1", target="t", environment="staging", release="r", plan="p")


@pytest.fixture
def settled(tmp_path: Path) -> Path:
    """A whole journal that was written a while ago."""
    with Journal(tmp_path, ORIGIN) as journal:
        journal.append(LoadStopped(reason="one"))
    return aged(journal.path)


def aged(path: Path) -> Path:
    """The same file, last changed ten seconds ago."""
    then = time.time_ns() - 10_000_000_000
    os.utime(path, ns=(then, then))
    return path


def test_a_journal_that_did_not_change_is_not_read_again(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The second reader gets what the first one verified.
    """
    run = read_run(settled)
    monkeypatch.setattr(reader, "verified", lambda _: pytest.fail("it was read again"))
    assert read_run(settled) is run


def test_a_journal_that_grew_is_read_again(settled: Path) -> None:
    """
    Another size is another file.
    """
    assert read_run(settled).state is State.COMPLETE
    with settled.open("ab") as file:
        file.write(b"more")
    assert read_run(aged(settled)).state is not State.COMPLETE


def test_a_changed_byte_is_found_by_the_time_of_the_file(settled: Path) -> None:
    """
    The same size and the same end, but changed since: it is verified again.
    """
    assert read_run(settled).state is State.COMPLETE
    content = bytearray(settled.read_bytes())
    content[20] ^= 1
    settled.write_bytes(content)
    assert read_run(settled).state is State.FORGED


def test_another_end_at_the_same_time_is_another_file(settled: Path) -> None:
    """
    Where the time of the file was set back, the hash of the last record tells.
    """
    facts = settled.stat()
    assert read_run(settled).state is State.COMPLETE
    content = settled.read_bytes()
    settled.write_bytes(content[:-10] + b"0123456" + content[-3:])
    os.utime(settled, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert read_run(settled).state is State.FORGED


def test_a_file_that_has_just_changed_is_not_remembered(tmp_path: Path) -> None:
    """
    Two changes within the same tick of a file system's clock cannot be told apart.
    """
    with Journal(tmp_path, ORIGIN) as journal:
        pass
    now = time.time_ns()
    os.utime(journal.path, ns=(now, now))
    read_run(journal.path)
    assert journal.path not in reader.remembered


def test_no_more_is_remembered_than_fits(settled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What was read first is forgotten first.
    """
    monkeypatch.setattr(reader, "remembered", {})
    monkeypatch.setattr(reader, "MOST_REMEMBERED", 1)
    read_run(settled)
    other = settled.with_name("other.jsonl")
    other.write_bytes(settled.read_bytes())
    read_run(aged(other))
    assert list(reader.remembered) == [other]


def test_a_line_of_any_length_is_not_held_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A file without line ends is refused after the longest line that a producer writes.
    """
    monkeypatch.setattr(reader, "LONGEST_LINE", 1000)
    path = tmp_path / "endless.jsonl"
    path.write_bytes(b"x" * 5000)
    run = read_run(path)
    assert run.state is State.FORGED
    assert run.complaint == "endless.jsonl: line 1 was altered, added or removed"


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    """
    A folder with the name of a journal is no journal.
    """
    path = tmp_path / "folder.jsonl"
    path.mkdir()
    assert read_run(path).complaint == "folder.jsonl: cannot be read: Is a directory"
