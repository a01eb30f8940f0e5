"""locust alone gives the right exit code and leaves the evidence for it, without any wrapper."""

import os
import re
import signal
from pathlib import Path

import psutil
import pytest

from rollout.evidence import JournalState
from rollout.evidence.records import LoadGenerator, LoadSecond, LoadStopped
from rollout.target.wait import eventually
from tests.load.runs import CROWDING, IDLER, PROBER, UNREADY, finish, run, server, start

pytestmark = pytest.mark.slow


def test_a_good_service_is_met(tmp_path: Path) -> None:
    """
    A fast service without errors: exit 0, a complete journal, every arrival accounted for.
    """
    with server("--latency-ms", "20") as url:
        done = run(url, tmp_path)
    assert done.code == 0, done.output
    (journal,) = done.journals
    assert journal.state is JournalState.COMPLETE
    seconds = list(journal.of(LoadSecond))
    rows = [row for second in seconds for row in second.rows().values()]
    assert (sum(row.err for row in rows), sum(row.dropped for row in rows)) == (0, 0)
    assert sum(row.due for row in rows) == sum(row.n for row in rows) == sum(second.sent for second in seconds)


def test_arrivals_that_fall_due_together_are_planned_and_sent_together(tmp_path: Path) -> None:
    """
    Three at each moment: no second has one or two of them.
    """
    with server("--latency-ms", "20") as url:
        done = run(url, tmp_path, "-u", "2", "--early-stop", "never", locustfile=CROWDING)
    (journal,) = done.journals
    seconds = list(journal.of(LoadSecond))
    assert sum(second.sent for second in seconds) > 0
    assert [second for second in seconds if second.planned % 3 or second.sent % 3] == []


@pytest.mark.parametrize(
    ("behaviour", "locustfile", "options", "code", "reason"),
    [
        pytest.param((), IDLER, (), 30, "the action made no request", id="zero requests"),
        pytest.param(
            (), UNREADY, (), 30, "scenario prober could not start: POST /login answered 503", id="nobody got ready"
        ),
        pytest.param(
            (), PROBER, ("--phase", "flood"), 30, "saturated|the generator sent|50 ms late", id="generator saturated"
        ),
        pytest.param(("--gone-after", "6"), PROBER, ("-t", "60s"), 20, "trigger > 5 %", id="target gone in mid-run"),
        pytest.param(("--lying", "1"), PROBER, ("-t", "60s"), 20, "trigger > 5 %", id="200 with an error body"),
        pytest.param(("--failing", "0.03"), PROBER, (), 10, "was not kept|beyond doubt", id="3 % errors"),
        pytest.param(("--latency-ms", "600"), PROBER, (), 10, "beyond doubt", id="slow"),
    ],
)
def test_a_bad_run_is_no_go_and_says_why(
    tmp_path: Path, behaviour: tuple[str, ...], locustfile: Path, options: tuple[str, ...], code: int, reason: str
) -> None:
    """
    Each kind of trouble has its own exit code and its own words.
    """
    with server(*behaviour) as url:
        done = run(url, tmp_path, *options, locustfile=locustfile)
    assert done.code == code, done.output
    assert re.search(reason, " ".join(done.output.replace("│", " ").split()))


def test_users_who_never_got_ready_remove_what_they_made(tmp_path: Path) -> None:
    """
    A user may have made data before the step that failed.
    """
    with server() as url:
        done = run(url, tmp_path, locustfile=UNREADY)
    assert "an unready user leaves" in done.output


def test_a_worker_killed_makes_the_run_invalid(tmp_path: Path) -> None:
    """
    One of two workers killed in mid-run: exit 30, and the decision names the lost worker.
    """
    with server("--latency-ms", "20") as url:
        master = start(url, tmp_path, "--processes", "2", "--master-bind-port", "25557", "--master-port", "25557")

        def window_open() -> None:
            assert any("load-window" in path.read_text() for path in tmp_path.glob("*.jsonl"))

        eventually(window_open, within=30)
        worker = psutil.Process(master.pid).children()[0]
        os.kill(worker.pid, signal.SIGKILL)
        done = finish(master, tmp_path)
    assert done.code == 30, done.output
    assert "1 of 2 workers lost: worker-" in done.output


def test_several_processes_add_up_to_one_run(tmp_path: Path) -> None:
    """
    Two workers: one journal at the master with every arrival of both.
    """
    with server("--latency-ms", "20") as url:
        done = run(url, tmp_path, "--processes", "2", "--master-bind-port", "25558", "--master-port", "25558")
    assert done.code == 0, done.output
    (journal,) = done.journals
    assert {record.worker for record in journal.of(LoadGenerator)} == {"worker-0", "worker-1"}


def test_a_killed_generator_leaves_a_journal_without_end(tmp_path: Path) -> None:
    """
    What was measured before the kill can be read; it proves nothing, and it is never complete.
    """
    with server("--failing", "0.5") as url:
        process = start(url, tmp_path, "--early-stop", "never")

        def evidence() -> None:
            assert any("load-second" in path.read_text() for path in tmp_path.glob("*.jsonl"))

        eventually(evidence, within=30)
        process.kill()
        done = finish(process, tmp_path)
    (journal,) = done.journals
    assert journal.state is JournalState.TORN
    assert any(row.err for second in journal.of(LoadSecond) for row in second.rows().values())


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param(("--phase", "phase9"), "no phase 'phase9'", id="an unknown phase"),
        pytest.param(
            ("--phase", ""), "--phase is missing: 2 phases have a load; name one of phase1, flood", id="no phase"
        ),
        pytest.param(("--target", "nowhere"), "no target 'nowhere'; permitted: loaded", id="an unknown target"),
        pytest.param(("--host", "http://127.0.0.1:9"), "an address alone allows no load", id="an address alone"),
        pytest.param(
            ("--config-users", '{"user_class_name": "Prober", "fixed_count": 3}'),
            "--config-users changes what users do",
            id="other users",
        ),
        pytest.param(("--tags", "fast"), "--tags changes what users do", id="only some tasks"),
        pytest.param(("--exclude-tags", "slow"), "--exclude-tags changes what users do", id="without some tasks"),
        pytest.param(("--class-picker",), "--class-picker changes what users do", id="a choice in the browser"),
    ],
)
def test_a_wrong_configuration_sends_nothing(tmp_path: Path, options: tuple[str, ...], complaint: str) -> None:
    """
    A mistake on the command line: exit 64 with one line, and no journal.
    """
    done = run("http://127.0.0.1:9", tmp_path, *options)
    assert done.code == 64, done.output
    assert complaint in done.output
    assert done.journals == ()


def test_a_hopeless_run_stops_early_and_says_why(tmp_path: Path) -> None:
    """
    Half of the requests fail: ROLLBACK within seconds, in a complete journal that names the reason.
    """
    with server("--failing", "0.5") as url:
        done = run(url, tmp_path, "-t", "60s")
    assert done.code == 20, done.output
    (journal,) = done.journals
    assert journal.state is JournalState.COMPLETE
    (stopped,) = journal.of(LoadStopped)
    assert "trigger > 5 %" in stopped.reason
    assert len({each.second for each in journal.of(LoadSecond)}) < 50


def test_a_hopeless_run_goes_on_where_that_is_wanted(tmp_path: Path) -> None:
    """
    --early-stop never: the same run lasts as long as it was asked to.
    """
    with server("--failing", "0.5") as url:
        done = run(url, tmp_path, "--early-stop", "never")
    assert done.code == 10, done.output  # certain, but over before it could last
    (journal,) = done.journals
    assert list(journal.of(LoadStopped)) == []
