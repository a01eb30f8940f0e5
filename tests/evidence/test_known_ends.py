"""What a journal is where its register does not know its end, and what a reader sees beside a writer at work."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rollout.evidence import Journal, JournalState, Ledger, Origin, register
from rollout.evidence.ledger import read_ledger
from rollout.evidence.records import LoadStopped, Record
from rollout.evidence.register import own_register, read_register
from rollout.judge.integrity import ledger_problems
from rollout.judge.problem import ProblemKind
from rollout.judge.watched_again import DecisionScope
from tests.judge.ledgers import PLAN

ABOUT = Origin(producer="other", phase="stage", target="t", environment="staging", release="r", plan="p")
STAGE = DecisionScope(PLAN, PLAN.phase("stage"))
FULL = OSError(errno.ENOSPC, "No space left on device")
WRITER = """
from pathlib import Path
from tests.evidence.test_known_ends import whole
for _ in range(60):
    whole(Path({folder!r}))
"""


class Full:
    """The file of a journal on a disk that takes nothing."""

    def write(self, _: bytes) -> int:
        """Refuse."""
        raise FULL


def whole(folder: Path) -> Path:
    """A whole journal."""
    with Journal(folder, ABOUT) as written:
        written.append(LoadStopped(reason="enough"))
    return written.path


def without_its_last_line(folder: Path) -> None:
    """Cut the end of the last journal out of the register."""
    path = own_register(folder)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def problems(ledger: Ledger) -> list[str]:
    """What stands against all runs of a ledger, except that somebody is at work."""
    found = ledger_problems(ledger, ledger.runs, STAGE, "r")
    return [each.text for each in found if each.kind is not ProblemKind.AT_WORK]


def test_an_end_that_no_register_knows_is_none(tmp_path: Path) -> None:
    """
    The run was cut short in that moment, or somebody wrote its end by hand: it counts as torn.
    """
    path = whole(tmp_path)
    without_its_last_line(tmp_path)
    (run,) = read_ledger([tmp_path]).runs
    assert run.state is JournalState.TORN
    assert run.complaint == (
        f"{path.name}: has an end that {own_register(tmp_path).stem} does not know: it counts as cut short"
    )


def test_half_a_line_of_an_end_is_none(tmp_path: Path) -> None:
    """
    A machine that lost its power in the middle of the line leaves what a missing line leaves.
    """
    whole(tmp_path)
    path = own_register(tmp_path)
    path.write_bytes(path.read_bytes()[:-30])
    assert [run.state for run in read_ledger([tmp_path]).runs] == [JournalState.TORN]


def test_a_later_whole_run_makes_up_for_an_end_that_no_register_knows(tmp_path: Path) -> None:
    """
    As for every run that was cut short: nothing blocks a release for good.
    """
    first = whole(tmp_path)
    without_its_last_line(tmp_path)
    assert [each.partition(":")[0] for each in problems(read_ledger([tmp_path]))] == [first.name]
    whole(tmp_path)
    assert problems(read_ledger([tmp_path])) == []


def test_a_register_that_knows_another_end_accuses(tmp_path: Path) -> None:
    """
    The journal was replaced since: that is no run that was cut short.
    """
    path = whole(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert problems(read_ledger([tmp_path]))[-1] == f"{path.name}: was replaced or shortened since it ended"


def test_a_disk_that_takes_half_a_line_leaves_none_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The producer ends with an error that names the register, and the next line follows the last whole one.
    """
    register.enter(tmp_path, "begun", "a", "run of a")
    path, write = own_register(tmp_path), os.write
    taken: list[int] = []
    before = path.read_bytes()

    def half(file: int, text: bytes) -> int:
        if taken:
            raise FULL
        taken.append(write(file, bytes(text)[: len(text) // 2]))
        return taken[0]

    monkeypatch.setattr("rollout.evidence.register.os.write", half)
    with pytest.raises(OSError, match=path.name):
        register.enter(tmp_path, "begun", "b", "run of b")
    assert path.read_bytes() == before


def test_a_disk_that_takes_a_line_in_parts_has_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A write may take less than it was given.
    """
    write = os.write
    monkeypatch.setattr("rollout.evidence.register.os.write", lambda file, text: write(file, bytes(text)[:7]))
    register.enter(tmp_path, "begun", "a", "run of a")
    assert list(read_register(own_register(tmp_path)).entries) == ["a"]


def test_a_record_that_the_disk_did_not_take_is_no_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The register lists the hash of the last record that is there: a journal on a full disk is torn, and not replaced.
    """
    journal = Journal(tmp_path, ABOUT)
    with monkeypatch.context() as patch:
        patch.setattr(journal, "_file", Full())
        with pytest.raises(OSError, match=journal.path.name):
            journal.append(LoadStopped(reason="enough"))
    journal.abandon()
    assert [each.partition(": ")[2] for each in problems(read_ledger([tmp_path]))] == [
        "has no end: the run was cut short"
    ]


def test_the_end_is_listed_before_the_journal_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A reader in that moment sees a journal at work.
    """
    seen: list[JournalState] = []
    enter = register.enter

    def watched(folder: Path, event: str, stem: str, run: str, **facts: str | int) -> None:
        if event == "ended":
            seen.extend(run.state for run in read_ledger([tmp_path]).runs)
        enter(folder, event, stem, run, **facts)

    monkeypatch.setattr(register, "enter", watched)
    whole(tmp_path)
    assert seen == [JournalState.OPEN]
    assert [run.state for run in read_ledger([tmp_path]).runs] == [JournalState.COMPLETE]


def test_a_journal_is_seen_with_its_first_record_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Before that it has a name that nobody reads; where the disk takes no record there is no file.
    """
    seen: list[Path] = []
    append = Journal.append

    def watched(journal: Journal, record: Record) -> None:
        seen.extend(tmp_path.glob("*.jsonl"))
        append(journal, record)

    def refused(*_: object) -> None:
        raise FULL

    monkeypatch.setattr(Journal, "append", watched)
    journal = Journal(tmp_path, ABOUT)
    assert seen == []
    assert list(tmp_path.glob("*.jsonl")) == [journal.path]
    journal.finish()
    monkeypatch.setattr(Journal, "append", refused)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match="No space left"):
        Journal(tmp_path, ABOUT)
    assert sorted(tmp_path.iterdir()) == before


def test_a_reader_beside_a_writer_accuses_nobody(tmp_path: Path) -> None:
    """
    Journals begin and end while registers and journals are read, again and again.
    """
    whole(tmp_path)
    with subprocess.Popen([sys.executable, "-c", WRITER.format(folder=str(tmp_path))]) as writer:
        accused: list[str] = []
        while writer.poll() is None:
            accused += problems(read_ledger([tmp_path]))
    assert writer.returncode == 0
    assert (accused, problems(read_ledger([tmp_path]))) == ([], [])
    assert len(read_ledger([tmp_path]).complete()) == 61
