"""Journals keep what was written and name what was changed."""

from pathlib import Path

import pytest

from rollout.evidence import Journal, JournalState, Origin, read_ledger
from rollout.evidence.reader import read_run
from rollout.evidence.records import (
    LAST_MOMENT,
    LoadException,
    LoadGenerator,
    LoadStopped,
    Override,
    Record,
    RunFinished,
    RunStarted,
    WatchFacts,
)

ORIGIN = Origin(producer="gate", phase="phase1", target="standin", environment="staging", release="2.0.0", plan="p")


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """A journal of four records."""
    with Journal(tmp_path, ORIGIN) as journal:
        journal.append(LoadException(text="ünïcode 🙂"))
        journal.append(LoadStopped(reason="two"))
    return journal.path


def test_a_finished_journal_is_complete_and_reads_back(finished: Path) -> None:
    """
    Every record written comes back, in order, between the start and the end.
    """
    run = read_run(finished)
    assert run.state is JournalState.COMPLETE
    assert [type(record) for record in run.records] == [RunStarted, LoadException, LoadStopped, RunFinished]
    assert [record.text for record in run.of(LoadException)] == ["ünïcode 🙂"]


def test_any_changed_byte_is_named(finished: Path) -> None:
    """
    Whichever byte changes, the journal is no longer complete and it is named; every third byte is tried.
    """
    original = finished.read_bytes()
    for position in range(0, len(original), 3):
        changed = bytearray(original)
        changed[position] ^= 1
        finished.write_bytes(changed)
        run = read_run(finished)
        assert run.state is not JournalState.COMPLETE, f"byte {position} changed unnoticed"
        assert finished.name in run.complaint


@pytest.mark.parametrize("line", range(4))
def test_a_removed_line_is_noticed(finished: Path, line: int) -> None:
    """
    A journal without one of its lines is never complete.
    """
    lines = finished.read_bytes().splitlines(keepends=True)
    finished.write_bytes(b"".join(lines[:line] + lines[line + 1 :]))
    assert read_run(finished).state is not JournalState.COMPLETE


def test_a_run_that_raises_leaves_no_end(tmp_path: Path) -> None:
    """
    A producer that fails leaves what it saw, without `run-finished`.
    """
    with pytest.raises(RuntimeError, match="generator"), Journal(tmp_path, ORIGIN) as journal:
        journal.append(LoadStopped(reason="one"))
        raise RuntimeError("generator died")
    run = read_run(journal.path)
    assert run.state is JournalState.TORN
    assert len(run.records) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_disk_that_is_full_is_told_with_the_file(tmp_path: Path) -> None:
    """
    Whoever hears of it wants to know which one; what was written before is readable.
    """
    journal = Journal(tmp_path, ORIGIN)
    with (
        journal._file,
        Path("/dev/full").open("wb", buffering=0) as journal._file,
        pytest.raises(OSError, match="No space left on device") as full,
    ):
        journal.append(LoadStopped(reason="two"))
    assert full.value.filename == str(journal.path)
    assert [type(record).__name__ for record in read_run(journal.path).records] == ["RunStarted"]


@pytest.mark.parametrize("keep", [0, 10, 400], ids=["empty file", "half a line", "half a record"])
def test_a_file_cut_short_is_torn(finished: Path, keep: int) -> None:
    """
    A file that ends early is torn, whatever is left of it.
    """
    finished.write_bytes(finished.read_bytes()[:keep])
    assert read_run(finished).state is JournalState.TORN


def test_a_number_that_is_none_cannot_be_written(tmp_path: Path) -> None:
    """
    NaN is refused: an invalid value is recorded as its raw text by the producer.
    """
    with pytest.raises(ValueError, match="cpu_percent: Expected `float`"), Journal(tmp_path, ORIGIN) as journal:
        journal.append(LoadGenerator(worker="w", second=1, cpu_percent=float("nan")))


@pytest.mark.parametrize(
    ("record", "complaint"),
    [
        (Override(phase="phase1", by="Kim", why="x", until=LAST_MOMENT + 1.0), "override: until: Expected `float` <= "),
        (LoadStopped(reason="half a letter \ud800"), "load-stopped: holds a character that is none"),
    ],
)
def test_a_record_that_no_reader_would_believe_is_not_written(tmp_path: Path, record: Record, complaint: str) -> None:
    """
    It would make the whole journal unreadable, and hold every decision about the release; the journal goes on without it.
    """
    with Journal(tmp_path, ORIGIN) as journal:
        with pytest.raises(ValueError, match=complaint):
            journal.append(record)
        journal.append(LoadStopped(reason="one"))
    run = read_run(journal.path)
    assert (run.state, len(run.records)) == (JournalState.COMPLETE, 3)


def test_a_beginning_that_no_reader_would_believe_leaves_no_file(tmp_path: Path) -> None:
    """
    Neither a journal nor a line of its register.
    """
    with pytest.raises(ValueError, match=r"run-started: watch\.interval_s: Expected `float` >= 0\.001"):
        Journal(tmp_path, ORIGIN, watch=WatchFacts(interval_s=0.0001))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    """
    Reading evidence that is not there says which path.
    """
    with pytest.raises(ValueError, match=r"no evidence at .*nowhere"):
        read_ledger([tmp_path / "nowhere"])


def test_merging_is_copying(tmp_path: Path) -> None:
    """
    The same journal found twice is read once.
    """
    first, second = tmp_path / "a", tmp_path / "b"
    with Journal(first, ORIGIN) as journal:
        pass
    second.mkdir()
    (second / journal.path.name).write_bytes(journal.path.read_bytes())
    assert len(read_ledger([first, second]).runs) == 1
