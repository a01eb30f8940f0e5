"""The whole stand-in, booted for real: what it offers, and that nothing of it is left behind."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import redis

from rollout.target.wait import eventually

pytestmark = pytest.mark.stack

ROOT = Path(__file__).resolve().parents[2]
BOOT_WITHIN = 60
GONE_WITHIN = 10
State = dict[str, Any]


def standin(*arguments: str) -> subprocess.CompletedProcess[str]:
    """One command to its end."""
    argv = [sys.executable, "-m", "standin", *arguments]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=BOOT_WITHIN, check=False)


@contextmanager
def booted(directory: Path, *arguments: str, argv: tuple[str, ...] = (), **options: Any) -> Iterator[State]:
    """A stand-in in the foreground of a child process, ended by SIGTERM; *argv* may wrap the command."""
    command = [*argv, sys.executable, "-m", "standin", "up", "--dir", str(directory), *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    ) as up:
        assert up.stdout is not None
        assert up.stderr is not None
        line = up.stdout.readline()
        if not line:
            pytest.fail(f"no state from {command}: {up.stderr.read()}")
        try:
            yield json.loads(line)
        finally:
            up.terminate()
            up.communicate(timeout=GONE_WITHIN)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """One stand-in for the tests that only look, in a directory with a space and an umlaut."""
    with booted(tmp_path_factory.mktemp("stand in ü")) as state:
        yield state


def processes_of(state: State) -> list[psutil.Process]:
    """The supervisor, its reaper, the services and their children."""
    supervisor = psutil.Process(state["supervisor_pid"])
    return [supervisor, *supervisor.children(recursive=True)]


def expect_all_gone(processes: list[psutil.Process], state: State) -> None:
    """No orphan after ten seconds, and no data."""
    _, alive = psutil.wait_procs(processes, timeout=GONE_WITHIN)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []

    def deleted() -> None:
        assert not Path(state["dir"], "state.json").exists()
        assert not Path(state["backup_dir"]).exists()
        assert not Path(state["private_dir"]).exists()

    eventually(deleted, within=GONE_WITHIN)


def test_every_service_answers_when_the_state_is_printed(running: State) -> None:
    """
    Whoever reads the line may use every address in it at once.
    """
    with psycopg.connect(running["postgres_dsn"]) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (2,)
    for url in ("redis_url", "broker_url", "result_url"):
        with redis.Redis.from_url(running[url]) as client:
            assert client.ping()
    alive = json.loads(standin("status", "--json", "--dir", running["dir"]).stdout)["alive"]
    assert alive.keys() >= {"backend", "worker", "postgres", "redis", "frontend"}
    assert all(alive.values())


def test_the_reader_cannot_write(running: State) -> None:
    """
    The judge's side of the suite gets a role that reads everything and changes nothing.
    """
    with psycopg.connect(running["postgres_dsn"], autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM users")


def test_everything_listens_on_loopback_only(running: State) -> None:
    """
    Nobody on the network can reach a stand-in.
    """
    pids = {process.pid for process in processes_of(running)}
    listening = [c for c in psutil.net_connections("inet") if c.pid in pids and c.status == psutil.CONN_LISTEN]
    assert len(listening) >= 6
    assert {str(connection.laddr) for connection in listening if "127.0.0.1" not in str(connection.laddr)} == set()


def test_credentials_are_for_the_owner_only_and_in_no_log(running: State) -> None:
    """
    The state file is private, and nothing secret is written elsewhere or shown among arguments.
    """
    assert stat.S_IMODE(Path(running["dir"], "state.json").stat().st_mode) == 0o600
    secrets = [running["admin"]["password"], running["user"]["password"], running["control"]["token"]]
    secrets += [running[url].split(":")[2].split("@")[0] for url in ("postgres_dsn", "postgres_admin_dsn", "redis_url")]
    written = "".join(log.read_text(errors="replace") for log in Path(running["logs_dir"]).iterdir())
    shown = "".join(" ".join(process.cmdline()) for process in processes_of(running))
    assert [secret for secret in secrets if secret in written + shown] == []


def test_a_real_backup_follows_the_boot(running: State) -> None:
    """
    The catalogue's newest dump is one that pg_restore can read.
    """

    def restorable() -> None:
        catalogue = Path(running["backup_dir"], "catalogue.json")
        assert catalogue.exists()
        dump = catalogue.with_name(json.loads(catalogue.read_text())["file"])
        argv = [str(Path(running["postgres_bin"], "pg_restore")), "--list", str(dump)]
        assert "TABLE DATA public users" in subprocess.run(argv, capture_output=True, text=True, check=True).stdout

    eventually(restorable, within=10)


def test_killed_services_are_named_and_come_back_with_their_data(tmp_path: Path) -> None:
    """
    kill -9 of each service in turn, then the same port and, for PostgreSQL, the same rows.
    """
    with booted(tmp_path) as state:
        for service in ("backend", "worker", "frontend", "redis", "postgres"):
            assert standin("kill", service, "--dir", state["dir"]).returncode == 0
            found = standin("status", "--dir", state["dir"])
            assert (found.returncode, found.stderr) == (1, f"standin: dead: {service}\n")
            assert standin("start", service, "--dir", state["dir"]).returncode == 0
        with psycopg.connect(state["postgres_dsn"]) as connection:
            assert connection.execute("SELECT count(*) FROM users").fetchone() == (2,)
        with socket.create_connection(("127.0.0.1", state["services"]["backend"]["port"]), timeout=5):
            assert standin("status", "--dir", state["dir"]).returncode == 0


def test_a_killed_owner_leaves_no_orphan(tmp_path: Path) -> None:
    """
    kill -9 of the process it was started for.
    """
    with subprocess.Popen(["sleep", "600"]) as owner, booted(tmp_path, "--owner-pid", str(owner.pid)) as state:
        processes = processes_of(state)
        owner.kill()
        expect_all_gone(processes, state)


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    """
    kill -9 of the one who would have cleaned up.
    """
    with booted(tmp_path) as state:
        processes = processes_of(state)
        processes[0].kill()
        expect_all_gone(processes, state)


def test_a_killed_reaper_ends_the_stand_in(tmp_path: Path) -> None:
    """
    Without its reaper a stand-in does not go on.
    """
    with booted(tmp_path) as state:
        processes = processes_of(state)
        next(process for process in processes if "reaper_process.py" in " ".join(process.cmdline())).kill()
        expect_all_gone(processes, state)


def test_a_kept_stand_in_outlives_its_starter_until_it_is_ended(tmp_path: Path) -> None:
    """
    `up --keep` returns, `down` ends it and deletes its data.
    """
    up = standin("up", "--keep", "--dir", str(tmp_path))
    state = json.loads(up.stdout)
    processes = processes_of(state)
    assert standin("status", "--dir", state["dir"]).returncode == 0
    assert standin("down", "--dir", state["dir"]).returncode == 0
    expect_all_gone(processes, state)


def test_two_side_by_side_do_not_collide(running: State, tmp_path: Path) -> None:
    """
    A second one has ports and data of its own, and a second one in the same directory is refused.
    """
    with booted(tmp_path) as other:
        assert other["base_url"] != running["base_url"]
        refused = standin("up", "--dir", other["dir"])
        assert refused.returncode != 0
        assert "belongs to the running stand-in" in refused.stderr
    assert standin("status", "--dir", running["dir"]).returncode == 0


@pytest.mark.parametrize(
    "home",
    [
        pytest.param(lambda path: {"HOME": str(path / "missing")}, id="a home that is not there"),
        pytest.param(lambda path: {"HOME": "/proc"}, id="a home that cannot be written to"),
        pytest.param(lambda path: {}, id="no home at all"),
    ],
)
def test_it_boots_without_a_usable_home(tmp_path: Path, home: Callable[[Path], dict[str, str]]) -> None:
    """
    Build machines often have none.
    """
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path), **home(tmp_path)}
    with booted(tmp_path / "here", env=env) as state:
        assert standin("status", "--dir", state["dir"]).returncode == 0


def test_an_ordinary_user_needs_no_privilege(tmp_path: Path) -> None:
    """
    As root, the same is tried as nobody, who may only look into the interpreter's directory.
    """
    if os.geteuid() != 0:
        with booted(tmp_path) as state:
            assert psutil.Process(state["supervisor_pid"]).uids().real == os.geteuid()
        return
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    nobody += ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
    temporary = Path("/tmp") / f"standin-test-{os.getpid()}"  # pytest's own are closed to others
    temporary.mkdir(mode=0o777)
    temporary.chmod(0o777)
    env = {"PATH": os.environ["PATH"], "TMPDIR": str(temporary), "HOME": "/nonexistent"}
    with booted(temporary / "here", argv=tuple(nobody), env=env) as state:
        assert {process.uids().real for process in processes_of(state)} == {65534}
    subprocess.run(["rm", "-r", str(temporary)], check=True)


def test_a_disk_without_room_is_one_line(tmp_path: Path) -> None:
    """
    No traceback, no state, a non-zero exit and nothing left running.
    """
    little = ["bash", "-c", 'ulimit -f 64; trap "" XFSZ; exec "$@"', "bash"]
    command = [*little, sys.executable, "-m", "standin", "up", "--dir", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("standin: ")


def test_a_signal_during_boot_ends_it_cleanly(tmp_path: Path) -> None:
    """
    Whoever interrupts a boot gets no state and no leftovers.
    """
    argv = [sys.executable, "-m", "standin", "up", "--dir", str(tmp_path)]
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as up:
        assert up.stderr is not None
        up.stderr.readline()
        children = psutil.Process(up.pid).children(recursive=True)
        private = {Path(child.cwd()) for child in children} - {Path("/"), tmp_path}
        up.send_signal(signal.SIGINT)
        out, err = up.communicate(timeout=GONE_WITHIN)
    assert (up.returncode, out) == (1, "")
    assert "asked to leave before everything was ready" in err
    assert psutil.wait_procs(children, timeout=GONE_WITHIN)[1] == []
    assert len(private) >= 1
    assert [path for path in private if path.exists()] == []
