"""Master and workers on hosts of their own: their counts add up, and one that is cut off makes the run invalid."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rollout.evidence import JournalState
from rollout.evidence.records import LoadGenerator, LoadOffline, LoadSecond
from rollout.target.wait import eventually
from tests.load.hosts import SECRET, URL, Host, host, missing, worker
from tests.load.runs import PROBER, Done, finish, start

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "nothing is missing")]
PORT = 25_561
PLAN = Path(__file__).with_name("plan.toml")


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
    assert journal.state is JournalState.COMPLETE
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


class Far(BaseHTTPRequestHandler):
    """Answers every question well."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Say that it is fine."""
        self.send_response(200)
        self.send_header("Content-Length", "12")
        self.end_headers()
        self.wfile.write(b'{"ok": true}')

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def test_a_generator_whose_link_is_cut_accuses_nobody(hosts: list[Host], tmp_path: Path) -> None:
    """
    Its requests get no answer and its own interface has no way: the run is invalid by cause, the target unproven.
    """
    cut = hosts[0]
    with ThreadingHTTPServer((cut.master, 0), Far) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        (tmp_path / "targets").mkdir()
        facts = (
            f'environment = "staging"\nbase_url = "http://{cut.master}:{server.server_port}"\nallow = ["load", "write"]'
        )
        (tmp_path / "targets" / "far.toml").write_text(facts, encoding="utf-8")
        (tmp_path / "plan.toml").write_bytes(PLAN.read_bytes())
        command = [sys.executable, "-m", "locust", "-f", str(PROBER), "--headless", "--target", "far", "--release", "r"]
        command += [
            "--phase",
            "phase1",
            "--journals",
            str(tmp_path / "j"),
            "--progress",
            "plain",
            "--early-stop",
            "never",
        ]
        with cut.start(*command, folder=tmp_path) as process:

            def measuring() -> None:
                assert any("load-window" in path.read_text() for path in (tmp_path / "j").glob("*.jsonl"))

            eventually(measuring, within=60)
            cut.cut_off()
            done = finish(process, tmp_path / "j")
        server.shutdown()
    assert done.code == 30, done.output
    assert "the generator's own link was down: local for" in " ".join(done.output.replace("│", " ").split())
    assert len({record.second for record in done.journals[0].of(LoadOffline)}) >= 3
