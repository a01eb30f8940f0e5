"""Journals read together: each once, in the order of what they say, as far as they concern a release."""

import shutil
from pathlib import Path

import pytest

from rollout.evidence import Journal, JournalState, Ledger, Origin, Run, read_ledger
from rollout.evidence.ledger import journals_in, read_heads, registers_in
from rollout.evidence.records import LoadStopped
from rollout.evidence.register import read_register

NOW = 1_800_000_000.0


def journal(folder: Path, at: float = NOW, release: str = "r", producer: str = "gate") -> Path:
    """A whole journal that began at *at*."""
    about = Origin(producer=producer, phase="phase1", target="t", environment="staging", release=release, plan="p")
    with Journal(folder, about, t=at) as written:
        written.append(LoadStopped(reason=str(at)))
    return written.path


def test_runs_are_ordered_by_what_they_say(tmp_path: Path) -> None:
    """
    Not by the order in which they were written.
    """
    late, early = journal(tmp_path, NOW + 5), journal(tmp_path, NOW)
    assert [run.path for run in read_ledger([tmp_path]).runs] == [early, late]


def test_the_same_journal_in_two_folders_is_one(tmp_path: Path) -> None:
    """
    Merging the evidence of two machines may bring the same file twice.
    """
    file = journal(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert len(read_ledger([tmp_path]).runs) == 1
    assert len(read_ledger([file, file]).runs) == 1


def test_another_journal_under_the_same_name_is_a_second_one(tmp_path: Path) -> None:
    """
    Whoever puts a better journal beside one does not hide it.
    """
    file, other = journal(tmp_path / "a"), journal(tmp_path / "b", NOW + 1)
    other.rename(other.with_name(file.name))
    assert len(read_ledger([tmp_path / "a", tmp_path / "b"]).runs) == 2


def test_of_other_releases_only_the_beginning_is_read(tmp_path: Path) -> None:
    """
    They are known to be there, and their records are not.
    """
    mine, other = journal(tmp_path), journal(tmp_path, release="other")
    runs = {run.path: run for run in read_ledger([tmp_path], release="r").runs}
    assert runs[mine].state is JournalState.COMPLETE
    assert (runs[other].state, len(runs[other].records)) == (JournalState.UNREAD, 1)
    assert {run.path for run in read_heads([tmp_path])} == {mine, other}


def test_whole_runs_are_told_by_producer(tmp_path: Path) -> None:
    """
    Those that were cut short are left out.
    """
    gate, load = journal(tmp_path), journal(tmp_path, producer="drill")
    cut = journal(tmp_path)
    cut.write_bytes(b"".join(cut.read_bytes().splitlines(keepends=True)[:-1]))
    ledger = read_ledger([tmp_path])
    assert {run.path for run in ledger.complete()} == {gate, load}
    assert [run.path for run in ledger.complete("drill")] == [load]


def test_registers_tell_the_journals_of_a_release(tmp_path: Path) -> None:
    """
    With the hash that each ended with; a journal alone has its register beside it.
    """
    mine = journal(tmp_path)
    journal(tmp_path, release="other")
    ledger = read_ledger([tmp_path])
    tails = {run.path: run.tail for run in ledger.runs}
    assert ledger.registered("r") == {mine.stem: tails[mine]}
    assert ledger.entry(mine.stem) is not None
    assert ledger.entry("nobody") is None
    assert registers_in([mine]) == registers_in([tmp_path])
    assert Ledger().registered("r") == {}


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    """
    No file, no folder: the error says what to name.
    """
    with pytest.raises(ValueError, match=r"no evidence at .*gone: no such file or folder"):
        list(journals_in([tmp_path / "gone"]))


def test_a_journal_without_a_beginning_tells_of_no_moment(tmp_path: Path) -> None:
    """
    It stands before all others, as if it were from the epoch.
    """
    run = Run(tmp_path / "smoke.jsonl", JournalState.FORGED)
    assert (run.oldest, run.newest, run.release) == (0.0, 0.0, None)


def test_a_line_that_is_gone_from_a_register_is_missed_by_the_next(tmp_path: Path) -> None:
    """
    The complaint counts lines from one.
    """
    journal(tmp_path)
    (path,) = registers_in([tmp_path])
    _, *rest = path.read_bytes().splitlines(keepends=True)
    assert read_register(path).complaint == ""
    path.write_bytes(b"".join(rest))
    assert read_register(path).complaint == f"{path.name}: before line 1 a line was altered, added or removed"
