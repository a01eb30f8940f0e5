"""Master and workers on hosts of their own: their counts add up, and one that is cut off makes the run invalid."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from rollout.evidence import State
from rollout.evidence.records import LoadGenerator, LoadSecond
from rollout.target.wait import eventually
from tests.load.hosts import SECRET, URL, Host, host, missing, worker
from tests.load.runs import PROBER, Done, finish, start

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "nothing is missing")]
PORT = 25_561


@pytest.fixture
def hosts() -> Iterator[list[Host]]:
    """Two hosts."""
    with ExitStack() as stack:
        yield [stack.enter_context(host(number)) for number in (1, 2)]


def distributed(hosts: list[Host], journals: Path, cut_off: Host | None = None) -> Done:
    """A run with a worker on each host, one of which may lose its link in mid-run."""
    bind = (
        "--master",
        "--master-bind-host",
        "*",
        "--secret",
        SECRET,
        "--master-bind-port",
        str(PORT),
        "--expect-workers",
        "2",
        "--expect-workers-max-wait",
        "60",
    )
    with ExitStack() as stack:
        master = stack.enter_context(start(URL, journals, *bind, "-t", "12s"))
        workers = [stack.enter_context(worker(each, PROBER, PORT, journals)) for each in hosts]
        stack.callback(end, [master, *workers])
        if cut_off is not None:

            def measuring() -> None:
                assert any("load-window" in path.read_text() for path in journals.glob("*.jsonl"))

            eventually(measuring, within=60)
            cut_off.cut_off()
        return finish(master, journals)


def end(processes: list[subprocess.Popen[str]]) -> None:
    """End what is still there: a worker that was cut off never hears that the run is over."""
    for process in processes:
        with suppress(ProcessLookupError):
            process.kill()


def test_two_hosts_add_up_to_one_run(hosts: list[Host], tmp_path: Path) -> None:
    """
    The journal at the master holds every arrival of both.
    """
    done = distributed(hosts, tmp_path)
    assert done.code == 0, done.output
    (journal,) = done.journals
    assert journal.state is State.COMPLETE
    assert {record.worker for record in journal.of(LoadGenerator)} == {"worker-0", "worker-1"}
    seconds = list(journal.of(LoadSecond))
    answered = sum(row.n for second in seconds for row in second.rows().values())
    assert sum(second.sent for second in seconds) == answered


def test_a_worker_that_is_cut_off_makes_the_run_invalid(hosts: list[Host], tmp_path: Path) -> None:
    """
    Its link goes down without a word: exit 30, and the decision names the lost worker.
    """
    done = distributed(hosts, tmp_path, cut_off=hosts[1])
    assert done.code == 30, done.output
    assert "1 of 2 workers lost: worker-" in " ".join(done.output.replace("│", " ").split())
