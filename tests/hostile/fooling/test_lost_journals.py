"""Cases 13 and 14: what is gone, replaced or shortened is missed, for its release only; who is at work is no problem."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from rollout.evidence import Journal, JournalState, read_ledger
from rollout.evidence import register as registers
from rollout.evidence.reader import read_run
from rollout.evidence.records import StageFinished
from rollout.evidence.writer import identity, is_alive, this_process
from rollout.judge.verdict import Outcome
from tests.evidence.raw import resealed
from tests.judge.ledgers import NOW, drill, everything, judged, reason, run_of_tests, start, verdict

REGISTER = "register-*.log"


def problem(folder: Path) -> str:
    """What stands against the ledger."""
    return reason(judged(folder), "evidence-intact")


def register(folder: Path) -> Path:
    """The one register of the folder."""
    (path,) = folder.glob(REGISTER)
    return path


def test_a_failing_run_by_hand_cannot_be_deleted(tmp_path: Path) -> None:
    """
    Case 13: no gate promised it, and no decision saw it; its register did.
    """
    everything(tmp_path)
    failed = run_of_tests(tmp_path, "failed")
    assert judged(tmp_path).outcome is Outcome.NO_GO
    failed.unlink()
    assert judged(tmp_path).outcome is Outcome.HOLD
    assert problem(tmp_path) == f"{failed.name}: is missing: {register(tmp_path).stem} knows it"


def test_a_failing_run_cannot_be_shortened(tmp_path: Path) -> None:
    """
    Case 13: a journal cut to an honest beginning, a later whole run beside it, is not what it ended as.
    """
    everything(tmp_path)
    failed = run_of_tests(tmp_path, "failed", finish=False)
    failed.write_bytes(failed.read_bytes().splitlines(keepends=True)[0])
    run_of_tests(tmp_path, at=NOW - 60)
    assert problem(tmp_path) == f"{failed.name}: was replaced or shortened since it ended"


def test_a_register_cannot_lose_a_line(tmp_path: Path) -> None:
    """
    Case 13: who takes the journal and its lines out breaks the chain of the register.
    """
    everything(tmp_path)
    failed = run_of_tests(tmp_path, "failed")
    run_of_tests(tmp_path)
    failed.unlink()
    path = register(tmp_path)
    kept = [line for line in path.read_bytes().splitlines(keepends=True) if failed.stem.encode() not in line]
    path.write_bytes(b"".join(kept))
    assert "a line was altered, added or removed" in problem(tmp_path)


def test_a_register_cannot_be_cut_behind_a_later_run(tmp_path: Path) -> None:
    """
    Case 13: each journal notes how far its register had come when it began.
    """
    everything(tmp_path)
    failed = run_of_tests(tmp_path, "failed")
    later = run_of_tests(tmp_path)
    failed.unlink()
    path = register(tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: next(i for i, line in enumerate(lines) if failed.stem.encode() in line)]))
    assert problem(tmp_path).startswith(f"{later.name}: {path.name} lost lines that were there when this run began")


def test_a_register_cannot_be_left_behind(tmp_path: Path) -> None:
    """
    Case 13: journals without their register are not the whole ledger.
    """
    everything(tmp_path)
    register(tmp_path).unlink()
    assert "it has to lie beside its journals" in problem(tmp_path)


def test_a_journal_missing_from_another_release_is_no_matter(tmp_path: Path) -> None:
    """
    Case 13: promises are kept for each release.
    """
    everything(tmp_path)
    run_of_tests(tmp_path, "failed", release="1.9").unlink()
    assert judged(tmp_path, release="2.0.0").outcome is Outcome.GO
    assert judged(tmp_path, release="1.9").outcome is Outcome.HOLD


def test_a_spoiled_journal_of_another_release_is_no_matter(tmp_path: Path) -> None:
    """
    Case 13: the register knows whose a file is that cannot be read any more.
    """
    everything(tmp_path)
    run_of_tests(tmp_path, release="1.9").write_bytes(b"{}\n")
    assert judged(tmp_path, release="2.0.0").outcome is Outcome.GO
    assert judged(tmp_path, release="1.9").outcome is Outcome.HOLD


def test_the_evidence_of_two_machines_lies_in_one_folder(tmp_path: Path) -> None:
    """
    Both registers are read: a journal of either is missed.
    """
    here, there, both = tmp_path / "here", tmp_path / "there", tmp_path / "both"
    everything(here)
    failed = run_of_tests(there)
    both.mkdir()
    for path in [*here.iterdir(), *there.iterdir()]:
        shutil.copy(path, both)
    assert len(list(both.glob(REGISTER))) == 2
    assert judged(both).outcome is Outcome.GO
    (both / failed.name).unlink()
    assert "is missing" in problem(both)


def test_a_writer_that_died_in_the_middle_of_a_line_is_no_doubt(tmp_path: Path) -> None:
    """
    Half a line of the register is passed over, by the next writer and by the reader.
    """
    everything(tmp_path)
    path = register(tmp_path)
    path.write_bytes(path.read_bytes() + b'{"event":"begun","environ')
    assert judged(tmp_path).outcome is Outcome.GO
    run_of_tests(tmp_path)
    assert judged(tmp_path).outcome is Outcome.GO


def test_a_journal_that_is_being_written_is_open(tmp_path: Path) -> None:
    """
    Case 14: who is at work holds the decision back until that is over and not for good; a writer that died does.
    """
    everything(tmp_path)
    journal: Journal = start(tmp_path, "gate")
    assert read_run(journal.path).state is JournalState.OPEN
    assert (
        problem(tmp_path) == f"{journal.path.name}: process {os.getpid()} is writing it: decide again when it has ended"
    )
    assert judged(tmp_path).outcome is Outcome.HOLD
    assert judged(tmp_path).journals[journal.path.stem] == "open"
    journal.finish()
    assert judged(tmp_path).outcome is Outcome.GO
    other = start(tmp_path, "gate")
    other.abandon()
    assert read_run(other.path).state is JournalState.TORN
    assert "has no end" in problem(tmp_path)


@pytest.mark.parametrize("writer", [None, "", "1", "x@y:z", "0@:", "a living process, begun later"])
def test_a_lock_that_another_process_holds_makes_no_journal_open(tmp_path: Path, writer: str | None) -> None:
    """
    Case 14: the journal names its writer with boot and beginning; whoever locks it after that one died is somebody else.
    """
    everything(tmp_path)
    path = run_of_tests(tmp_path, finish=False)
    me = this_process()
    said = f"{me[:-1]}{(int(me[-1]) + 1) % 10}" if writer and writer.startswith("a living") else writer
    resealed(path, lambda record: {**record, "writer": said} if record["kind"] == "run-started" else record)
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert read_run(path).state is JournalState.TORN
    resealed(path, lambda record: {**record, "writer": me} if record["kind"] == "run-started" else record)
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert read_run(path).state is JournalState.OPEN
    assert read_run(path).state is JournalState.TORN


def test_a_writer_that_died_is_not_alive() -> None:
    """
    Case 14: its number may belong to somebody else by now, or to nobody.
    """
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        writer = identity(process.pid)
        assert is_alive(writer)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet fetched
        assert not is_alive(writer)
    assert not is_alive(writer)


def test_a_file_that_says_nothing_holds_until_somebody_removes_it(tmp_path: Path) -> None:
    """
    Cases 9 and 13: emptied, unknown to a register and renamed so that it looks older, it is made up for by no run.
    """
    everything(tmp_path)
    empty = tmp_path / "00010101T000000.000000Z-pytest-00000000.jsonl"
    empty.write_text("")
    run_of_tests(tmp_path, at=NOW - 60)
    (found,) = [each for each in judged(tmp_path).findings if each.id == "stage.evidence-intact"]
    assert found.reason.startswith(f"{empty.name}: has no beginning")
    assert found.next.startswith("remove the file if no register knows it")
    empty.unlink()
    assert judged(tmp_path).outcome is Outcome.GO


def test_a_gate_promises_only_what_it_started(tmp_path: Path) -> None:
    """
    Case 14: a journal of somebody else that was open while a gate ran may grow.
    """
    everything(tmp_path)
    path = run_of_tests(tmp_path)
    with start(tmp_path, "gate") as gate:
        gate.append(StageFinished(stage="smoke", exit=0, seconds=1.0, journals={path.stem: "0" * 64}))
    assert judged(tmp_path).outcome is Outcome.GO
    child = run_of_tests(tmp_path, parent=gate.run_id)
    with start(tmp_path, "gate") as other:
        other.append(StageFinished(stage="smoke", exit=0, seconds=1.0, journals={child.stem: "0" * 64}))
    assert judged(tmp_path).outcome is Outcome.GO


def test_a_gate_misses_what_it_started(tmp_path: Path) -> None:
    """
    Case 14: a child that is not as the gate saw it is a problem.
    """
    everything(tmp_path)
    with start(tmp_path, "gate") as gate:
        child = run_of_tests(tmp_path, parent=gate.run_id)
        gate.append(StageFinished(stage="smoke", exit=0, seconds=1.0, journals={child.stem: "0" * 64}))
    assert problem(tmp_path) == f"{child.name}: was replaced since {gate.path.name} read it"


def test_only_the_beginning_of_other_releases_is_read(tmp_path: Path) -> None:
    """
    A project with the journals of many releases is judged as quickly as one with one.
    """
    everything(tmp_path)
    run_of_tests(tmp_path, release="1.9")
    states = {run.state for run in read_ledger([tmp_path], release="2.0.0").runs if run.release == "1.9"}
    assert states == {JournalState.UNREAD}


@pytest.mark.parametrize(
    ("spoil", "way"), [("cut", "run it again in the same place: "), ("alter", "bring the journal back from a copy")]
)
def test_the_way_out_of_a_doubt_fits_it(tmp_path: Path, spoil: str, way: str) -> None:
    """
    Case 13: a run that was only cut short, as by a full disk, needs no new release.
    """
    everything(tmp_path)
    run_of_tests(tmp_path, finish=spoil != "cut")
    if spoil == "alter":
        newest = max(tmp_path.glob("*-pytest-*.jsonl"))
        newest.write_bytes(newest.read_bytes().replace(b"why", b"who"))
    (found,) = [each for each in judged(tmp_path).findings if each.id == "stage.evidence-intact"]
    assert found.next.startswith(way)


def test_evidence_behind_a_link_counts(tmp_path: Path) -> None:
    """
    Case 13: a folder of another machine that is linked in is read as one that was copied in, and so is its register.
    """
    here, there = tmp_path / "here", tmp_path / "there"
    everything(here)
    drill(there, passed=False, at=NOW - 100)
    (here / "there").symlink_to(there)
    (there / "back").symlink_to(here)
    assert verdict(judged(here), "drilled") == "BROKEN"
    next(there.glob("*.jsonl")).unlink()
    assert "is missing: register-" in reason(judged(here), "evidence-intact")


def test_a_failure_by_a_clock_that_was_set_back_is_no_older_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Case 9: the register knows which run began last, and holds until both are over by the clock too.
    """
    at = [NOW - 3700]
    monkeypatch.setattr(registers, "time", SimpleNamespace(time=lambda: at[0]))
    everything(tmp_path)
    at[0] = NOW - 5000
    late = run_of_tests(tmp_path, "failed", at=NOW - 5000)
    assert reason(judged(tmp_path), "evidence-intact") == (
        f"{late.name}: the clock was set back by 1300 s before it began"
    )
    at[0] = NOW - 100
    run_of_tests(tmp_path, "passed", at=NOW - 100)
    assert judged(tmp_path).outcome is Outcome.GO


def test_each_run_since_a_clock_was_set_back_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Case 9: the second one is later than the first by this clock, and still earlier than what was there before.
    """
    at = [NOW - 3700]
    monkeypatch.setattr(registers, "time", SimpleNamespace(time=lambda: at[0]))
    everything(tmp_path)
    for moment in (NOW - 5000, NOW - 4500):
        at[0] = moment
        run_of_tests(tmp_path, "failed", at=moment)
    said = reason(judged(tmp_path), "evidence-intact")
    assert "the clock was set back by 1300 s" in said
    assert said.endswith("(and 1 more)")


def test_a_clock_may_be_corrected_a_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Case 9, the other way: within a minute, as clocks of two machines may differ.
    """
    at = [NOW - 3700]
    monkeypatch.setattr(registers, "time", SimpleNamespace(time=lambda: at[0]))
    everything(tmp_path)
    at[0] -= 60
    run_of_tests(tmp_path, at=NOW - 3750)
    assert judged(tmp_path).outcome is Outcome.GO
