"""A process verifies each journal once, and again as soon as it has changed."""

import os
import time
from pathlib import Path

import pytest

from rollout.evidence import Journal, JournalState, Origin, reader
from rollout.evidence.reader import read_head, read_run
from rollout.evidence.records import LoadStopped
from rollout.evidence.seal import sealed, unsealed

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
    assert read_run(settled).state is JournalState.COMPLETE
    with settled.open("ab") as file:
        file.write(b"more")
    assert read_run(aged(settled)).state is not JournalState.COMPLETE


def test_a_changed_byte_is_found_by_the_time_of_the_file(settled: Path) -> None:
    """
    The same size and the same end, but changed since: it is verified again.
    """
    assert read_run(settled).state is JournalState.COMPLETE
    content = bytearray(settled.read_bytes())
    content[20] ^= 1
    settled.write_bytes(content)
    assert read_run(settled).state is JournalState.FORGED


def test_another_end_at_the_same_time_is_another_file(settled: Path) -> None:
    """
    Where the time of the file was set back, the hash of the last record tells.
    """
    facts = settled.stat()
    assert read_run(settled).state is JournalState.COMPLETE
    content = settled.read_bytes()
    settled.write_bytes(content[:-10] + b"0123456" + content[-3:])
    os.utime(settled, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert read_run(settled).state is JournalState.FORGED


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
    assert run.state is JournalState.FORGED
    assert run.complaint == "endless.jsonl: line 1 was altered, added or removed"


def test_a_file_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    """
    A folder with the name of a journal is no journal.
    """
    path = tmp_path / "folder.jsonl"
    path.mkdir()
    assert read_run(path).complaint == "folder.jsonl: cannot be read: Is a directory"


def lines_of(path: Path, reason: str) -> list[bytes]:
    """The lines of a whole journal with one record of its own."""
    with Journal(path, ORIGIN) as journal:
        journal.append(LoadStopped(reason=reason))
    return journal.path.read_bytes().splitlines(keepends=True)


def put(path: Path, *lines: bytes) -> JournalState:
    """What a journal of these lines is worth."""
    file = path / "made.jsonl"
    file.write_bytes(b"".join(lines))
    return read_run(aged(file)).state


def test_a_line_of_another_journal_does_not_fit(tmp_path: Path) -> None:
    """
    Its seal holds and its number is right: the chain tells that it followed another line.
    """
    one, other = lines_of(tmp_path / "a", "one"), lines_of(tmp_path / "b", "other")
    assert put(tmp_path, *one) is JournalState.COMPLETE
    assert put(tmp_path, one[0], other[1], one[2]) is JournalState.FORGED
    assert put(tmp_path, one[0], one[1], other[2]) is JournalState.FORGED


def test_a_line_must_have_its_place(tmp_path: Path) -> None:
    """
    A line that claims another number is none of this journal, though its chain holds.
    """
    first = lines_of(tmp_path / "a", "one")[0]
    tail = unsealed(first)[1]
    line, _ = sealed({"seq": 2, "prev": tail, "kind": "load-stopped", "t": 1.0, "reason": "x"})
    right, _ = sealed({"seq": 1, "prev": tail, "kind": "load-stopped", "t": 1.0, "reason": "x"})
    assert put(tmp_path, first, line.encode()) is JournalState.FORGED
    assert put(tmp_path, first, right.encode()) is JournalState.TORN


def test_an_end_counts_what_is_before_it(tmp_path: Path) -> None:
    """
    Records that were taken out before the end was sealed are missed by it.
    """
    first = lines_of(tmp_path / "a", "one")[0]
    tail = unsealed(first)[1]
    ends = [
        sealed({"seq": 1, "prev": tail, "kind": "run-finished", "t": 1.0, "records": count})[0].encode()
        for count in (1, 2)
    ]
    assert put(tmp_path, first, ends[0]) is JournalState.COMPLETE
    assert put(tmp_path, first, ends[1]) is JournalState.FORGED


def test_half_a_line_after_the_end_is_a_cut(tmp_path: Path) -> None:
    """
    Somebody went on writing: the run is not whole.
    """
    lines = lines_of(tmp_path / "a", "one")
    assert put(tmp_path, *lines, b'{"half') is JournalState.TORN
    assert put(tmp_path, *lines[:-1]) is JournalState.TORN
    assert put(tmp_path, lines[0][:-1]) is JournalState.TORN
    assert put(tmp_path) is JournalState.TORN


def test_a_run_at_work_is_open_and_proves_nothing(tmp_path: Path) -> None:
    """
    Its writer holds the file; when it has gone without an end, the run was cut short.
    """
    journal = Journal(tmp_path, ORIGIN)
    assert read_run(journal.path).state is JournalState.OPEN
    journal.abandon()
    assert read_run(journal.path).state is JournalState.TORN


def test_the_first_record_alone_is_read_where_it_can_be_believed(tmp_path: Path) -> None:
    """
    One that the next line does not follow, or that begins no run, is none.
    """
    one, other = lines_of(tmp_path / "a", "one"), lines_of(tmp_path / "b", "other")
    file = tmp_path / "made.jsonl"
    for lines, believed in ((one, True), (one[:1], True), ([one[0], other[1]], False), (one[1:], False), ([], False)):
        file.write_bytes(b"".join(lines))
        assert (read_head(file) is not None) == believed
    assert read_head(tmp_path / "gone.jsonl") is None
