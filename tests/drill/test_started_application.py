"""The application on a copy of a database, started by a command: what it is told, and how each way in which it does not start is told."""

import socket
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from rollout.drill import started_application as started
from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.started_application import started_application, url_of
from rollout.target.http import NoAnswer

DATABASE = SecretStr("host=127.0.0.1 port=5432 user=me password=p@ss dbname=copy")
SERVE = """
import os, socket
with socket.create_server(("127.0.0.1", int(os.environ["PORT"]))) as server:
    line, _ = server.accept()
    line.sendall(os.environ["DATABASE_URL"].encode())
    line.close()
    server.accept()
"""


def told_by(address: str) -> None:
    """Somebody listens at an address."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as line:
        assert line.recv(1000) == b"postgresql://me:p%40ss@127.0.0.1:5432/copy"


def never(address: str) -> None:
    """It is not ready."""
    raise AssertionError("got 503, want 200")


def python(program: str) -> list[str]:
    """The command that runs a program."""
    return [sys.executable, "-c", program]


def test_it_is_told_where_its_database_is_and_ends_with_the_block(tmp_path: Path) -> None:
    """
    By its environment, which nobody else reads; the port is free again.
    """
    with started_application(python(SERVE), tmp_path, DATABASE, told_by) as address:
        port = int(address.rpartition(":")[2])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)


def test_its_environment_is_a_short_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    What leads to the live database or queue, and stands in the shell of whoever drills, does not reach it.
    """
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://live")
    program = "import os; raise SystemExit(' '.join(sorted(os.environ)))"
    with (
        pytest.raises(Failed) as failed,
        started_application(python(program), tmp_path, DATABASE, told_by),
    ):
        pass
    assert "DATABASE_URL" in str(failed.value)
    assert "CELERY_BROKER_URL" not in str(failed.value)


def test_one_that_ends_fails_with_its_last_words(tmp_path: Path) -> None:
    """
    At once, not when its time is over.
    """
    with (
        pytest.raises(Failed, match=r"^the application does not start on the copy: exit 1: no revision '9999'$"),
        started_application(python("raise SystemExit(\"no revision '9999'\")"), tmp_path, DATABASE, told_by),
    ):
        pass


def test_one_that_does_not_get_ready_fails_with_what_it_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    And with its last words.
    """
    monkeypatch.setattr(started, "READY_S", 0)
    with (
        pytest.raises(Failed, match=r"^the application is not ready on the copy after 0 s: got 503, want 200; "),
        started_application(["sleep", "600"], tmp_path, DATABASE, never),
    ):
        pass


def test_one_that_does_not_answer_at_all_accuses_no_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The machine may be slow, or it serves elsewhere.
    """
    monkeypatch.setattr(started, "READY_S", 0)

    def silent(address: str) -> None:
        raise NoAnswer("GET /ready: got ReadTimeout: timed out, want an answer")

    with (
        pytest.raises(CannotTell, match=r"^the application is not ready on the copy after 0 s: GET /ready: got ReadT"),
        started_application(["sleep", "600"], tmp_path, DATABASE, silent),
    ):
        pass


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["no-such-program"], r"^drill_application: no-such-program did not start: No such file or directory$"),
        (["sh", "-c", "exec no-such-program"], r"^drill_application: exit 127: .*no-such-program.*not found"),
    ],
)
def test_a_command_that_is_not_there_accuses_no_copy(tmp_path: Path, command: list[str], told: str) -> None:
    """
    Nothing was started on it.
    """
    with pytest.raises(CannotTell, match=told), started_application(command, tmp_path, DATABASE, told_by):
        pass


@pytest.mark.parametrize(
    ("dsn", "url"),
    [
        ("postgresql://me@host/copy", "postgresql://me@host/copy"),
        ("host=::1 port=1 dbname=a/b", "postgresql://[::1]:1/a%2Fb"),
        ("host=/run/pg user=me dbname=copy", "postgresql://me@/copy?host=%2Frun%2Fpg"),
        ("host=h dbname=copy sslmode=require", "postgresql://h/copy?sslmode=require"),
    ],
)
def test_a_dsn_becomes_an_address(dsn: str, url: str) -> None:
    """
    Which PostgreSQL's own client reads the same way.
    """
    assert url_of(SecretStr(dsn)) == url
