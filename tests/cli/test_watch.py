"""`rollout watch` samples the target for a while, then decides unless somebody else does."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rollout.evidence import JournalState, read_ledger
from rollout.evidence.records import Slot, WatchFacts
from rollout.target.wait import eventually
from tests.cli.project import RELEASE, Project

SHORT = ("--for", "0.2s", "--every", "0.1s")


@pytest.fixture
def watcher(project: Project) -> Iterator[Project]:
    """A project whose process gets its signal handlers back: the command replaces them."""
    before = [(number, signal.getsignal(number)) for number in (signal.SIGTERM, signal.SIGINT)]
    yield project
    for number, handler in before:
        signal.signal(number, handler)


def test_what_was_sampled_stands_in_one_whole_journal(watcher: Project, tmp_path: Path) -> None:
    """
    The journal says for how long, how often and at which step; the lines say what was seen.
    """
    said = watcher.run("watch", "stage", *SHORT, "--no-decision", "--parent", "g", "--journals", str(tmp_path / "j"))
    (run,) = read_ledger([tmp_path / "j"]).runs
    assert (said.code, said.err) == (0, "")
    assert "/0 s  service 200 in " in said.out
    assert (run.state, run.producer, run.release) == (JournalState.COMPLETE, "watch", RELEASE)
    assert run.started.watch == WatchFacts(interval_s=0.1, for_s=0.2, step="all")
    assert run.started.parent == "g"
    assert next(run.of(Slot)).samples["service.available"].value == 1
    assert not watcher.out.exists()


def test_watching_alone_decides_in_the_end(watcher: Project) -> None:
    """
    Without --no-decision the phase is judged and reported: an hour is not over yet, so exit 30.
    """
    said = watcher.run("watch", "stage", *SHORT)
    assert said.code == 30
    assert "HOLD" in said.out
    assert watcher.finding("stage", "monitored")["verdict"] == "UNPROVEN"
    assert watcher.decision("stage")["prerequisites"][0]["met"] is False


def test_samples_belong_to_the_release_that_was_named(watcher: Project) -> None:
    """
    Whatever the target says; it is asked all the same, so that the watch ends where another build answers.
    """
    watcher.run("watch", "stage", *SHORT, "--release", "1.9")
    assert {run.release for run in watcher.ledger("stage").runs} == {"1.9"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["stge", "--for", "1h"], "no phase 'stge'; did you mean 'stage'? in plan.toml"),
        (["stage", "--for", "1h", "--step", "al"], "no step 'al'; did you mean 'all'?"),
        (["stage", "--for", "1"], "not a duration: '1'"),
        (["stage", "--for", "48h", "--every", "48h"], "--every 48 h is too long"),
        (["stage", "--for", "1h", "--every", "0s"], "0s has no length"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(watcher: Project, words: list[str], complaint: str) -> None:
    """
    One line, exit 64, before anything is asked.
    """
    said = watcher.run("watch", *words)
    assert said.code == 64
    assert complaint in said.err
    assert watcher.service.asked == []


@pytest.mark.stack
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_round_with_what_was_seen(project: Project, tmp_path: Path, number: int) -> None:
    """
    The journal has its end, the exit code is 0, and it does not take until the next look.
    """
    command = [sys.executable, "-m", "rollout", "watch", "stage", "--for", "2h", "--every", "60s", "--no-decision"]
    command += ["--target", "staging", "--plan", str(project.plan_file()), "--journals", str(tmp_path / "j")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("watch 0/7200 s  service 200")
        process.send_signal(number)
        assert "interrupted after 1 look: journals are in" in process.stdout.read()
        assert process.wait(timeout=30) == 0
    (run,) = read_ledger([tmp_path / "j"]).runs
    assert (run.state, len(list(run.of(Slot)))) == (JournalState.COMPLETE, 1)


@pytest.mark.stack
@pytest.mark.parametrize("looks", [0, 1], ids=["in the look before its time", "in a later look"])
def test_a_signal_ends_a_look_at_a_store_that_hangs(project: Project, tmp_path: Path, looks: int) -> None:
    """
    A Redis that takes connections and says nothing holds it up for one time-out, and no further source is asked.
    """
    command = [sys.executable, "-m", "rollout", "watch", "stage", "--for", "2h", "--every", "1s", "--no-decision"]
    command += ["--target", "staging", "--plan", str(project.plan_file()), "--journals", str(tmp_path / "j")]
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server, ExitStack() as clients:
        silent = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        hanging = {"XCR_REDIS_URL": silent, "XCR_BROKER_URL": silent}
        piped = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **hanging})
        with piped as process:
            for _ in range(1 + 3 * looks):  # memory, queue and workers
                clients.enter_context(server.accept()[0])
            process.send_signal(signal.SIGTERM)
            assert process.stdout is not None
            said = " ".join(process.stdout.read().split())
            assert process.wait(timeout=30) == 0
    assert "interrupted before the first look: nothing was watched, its journal in" in said
    (run,) = read_ledger([tmp_path / "j"]).runs
    assert (run.state, list(run.of(Slot))) == (JournalState.COMPLETE, [])


@pytest.mark.stack
def test_a_signal_before_anything_is_asked_is_answered(project: Project) -> None:
    """
    While the target's release is still asked for, which takes as long as the target does, nothing was begun.
    """
    command = [sys.executable, "-m", "rollout", "watch", "stage", "--for", "2h", "--every", "1s", "--no-decision"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        project.move_to(f"http://127.0.0.1:{server.getsockname()[1]}")
        command += ["--target", "staging", "--plan", str(project.plan_file())]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            with server.accept()[0]:
                process.send_signal(signal.SIGTERM)
                assert process.stdout is not None
                said = process.stdout.read()
            assert process.wait(timeout=30) == 30
    assert "interrupted before the first look: nothing was watched, and nothing is left" in said
    assert not project.out.exists()


@pytest.mark.stack
def test_a_watch_that_is_killed_leaves_a_journal_without_an_end(project: Project, tmp_path: Path) -> None:
    """
    What was written stays readable, and never counts as complete.
    """
    command = [sys.executable, "-m", "rollout", "watch", "stage", "--for", "2h", "--every", "0.1s", "--no-decision"]
    command += ["--target", "staging", "--plan", str(project.plan_file()), "--journals", str(tmp_path / "j")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env=dict(os.environ)) as process:

        def a_slot_is_written() -> None:
            assert any('"slot"' in path.read_text(encoding="utf-8") for path in (tmp_path / "j").glob("*.jsonl"))

        eventually(a_slot_is_written, within=30)
        process.kill()
    (run,) = read_ledger([tmp_path / "j"]).runs
    assert run.state is JournalState.TORN
