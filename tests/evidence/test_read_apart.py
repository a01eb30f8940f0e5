"""A large ledger is read by two processes, and reads as one process would read it."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from rollout.evidence import Journal, JournalState, Origin, Run, read_apart, read_ledger, reader
from rollout.evidence.records import Canary, LoadFacts, LoadGenerator, LoadSecond
from rollout.evidence.row import columns

ORIGIN = Origin(producer="load", phase="phase1", target="t", environment="staging", release="r", plan="p")
FACTS = LoadFacts(users=1, actions_per_minute=60, slice_s=30, least_requests=1, hold_s=1)
ROWS: dict[str, list[float]] = {"list": [2, 2, 0, 0, 0, 12.5, 0], "open": [1, 0, 0, 1, 0, 0, 0]}


def load_run(folder: Path) -> Path:
    """A journal of one second of a load."""
    with Journal(folder, ORIGIN, load=FACTS, columns=columns((500,))) as journal:
        journal.append(LoadSecond(second=1, planned=3, sent=3, names=ROWS))
        journal.append(LoadGenerator(worker="w", second=1, cpu_percent=3.5, steal_percent=0.0, lag_p99_ms=None))
        journal.append(Canary(written=9, verified=8, missing=("a",), altered=()))
    return journal.path


def told(run: Run) -> tuple[object, ...]:
    """Everything that a run says."""
    return run.path, run.state, run.complaint, run.tail, run.records, list(run.seconds), list(run.readings)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Four journals, the last one torn and the one before it altered; any ledger is large enough for two processes."""
    files = [load_run(tmp_path) for _ in range(4)]
    files[2].write_bytes(files[2].read_bytes().replace(b'"missing":["a"]', b'"missing":["b"]'))
    files[3].write_bytes(b"".join(files[3].read_bytes().splitlines(keepends=True)[:3]))
    monkeypatch.setattr(read_apart, "LARGE", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return files


def test_two_processes_read_what_one_reads(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Records, states and complaints are the same, and in the order asked for.
    """
    apart = read_apart.read_runs(files)
    monkeypatch.setattr(read_apart, "LARGE", 1 << 40)
    monkeypatch.setattr(reader, "remembered", {})
    assert list(map(told, apart)) == list(map(told, read_apart.read_runs(files)))
    assert [run.state for run in apart] == [
        JournalState.COMPLETE,
        JournalState.COMPLETE,
        JournalState.FORGED,
        JournalState.TORN,
    ]


def test_this_process_reads_only_its_half(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What the second process answered is taken as it is.
    """
    read: list[Path] = []

    def noted(path: Path) -> Run:
        read.append(path)
        return reader.read_run(path)

    monkeypatch.setattr(read_apart, "read_run", noted)
    assert [run.path for run in read_apart.read_runs(files)] == files
    assert 0 < len(read) < len(files)
    assert read == [file for file in files if file not in read_apart.second_half(files)]


def test_a_second_process_that_dies_loses_nothing(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What it did not answer is read here.
    """

    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    assert [run.path for run in read_apart.read_runs(files)] == files


def test_a_small_ledger_starts_no_process(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Below 64 MiB one process reads it all.
    """
    monkeypatch.setattr(read_apart, "LARGE", 1 << 26)
    monkeypatch.setattr(read_apart, "reader_of", lambda *_: pytest.fail("a process was started"))
    assert len(read_ledger([files[0].parent]).runs) == len(files)


@pytest.fixture
def sized(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Files of 50, 30, 15 and 5 bytes, on two processors; a hundred bytes are a large ledger."""
    files = [tmp_path / f"{size}.jsonl" for size in (5, 50, 15, 30)]
    for file in files:
        file.write_bytes(b"x" * int(file.stem))
    monkeypatch.setattr(read_apart, "LARGE", 100)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return files


@pytest.mark.parametrize(
    ("share", "expected"), [(0.49, []), (0.5, ["50"]), (0.8, ["50", "30"]), (1.0, ["50", "30", "15", "5"])]
)
def test_the_largest_files_are_read_apart_up_to_a_share_of_all_bytes(
    sized: list[Path], monkeypatch: pytest.MonkeyPatch, share: float, expected: list[str]
) -> None:
    """
    Exactly the share is within it.
    """
    monkeypatch.setattr(read_apart, "SHARE", share)
    assert [file.stem for file in read_apart.second_half(sized)] == expected


def test_less_than_a_large_ledger_or_one_processor_reads_nothing_apart(
    sized: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    One byte less is small; a file that is gone is left to the one who says why.
    """
    assert read_apart.second_half(sized)
    assert not read_apart.second_half([*sized, sized[0].with_name("gone.jsonl")])
    monkeypatch.setattr(read_apart, "LARGE", 101)
    assert not read_apart.second_half(sized)
    monkeypatch.setattr(read_apart, "LARGE", 100)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert not read_apart.second_half(sized)
