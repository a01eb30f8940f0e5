"""PostgreSQL's programs: found, bounded, and without a secret among their arguments."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill.outcome import CannotTell
from rollout.drill.programs import ProgramFailed, environment, program, run, version
from rollout.target.wait import eventually

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = "exec sleep 300"
KILLED = """
import sys
from rollout.drill.programs import run
run(["/bin/sh", "-c", "echo $$ > '{file}'; exec sleep 300"], {{"PATH": "/usr/bin:/bin"}}, 60)
"""


def shell(text: str) -> list[str]:
    """A program that does what a line of shell says."""
    return ["/bin/sh", "-c", text]


def test_the_address_is_in_the_environment_and_nothing_else_is() -> None:
    """
    Arguments can be read by everybody, and what is set in a shell must not lead elsewhere.
    """
    found = environment(SecretStr("postgresql://me:secret@db.example:6432/live?sslmode=require"), "rollout_drill_1")
    wanted = {"PGHOST": "db.example", "PGPORT": "6432", "PGUSER": "me", "PGPASSWORD": "secret", "PGSSLMODE": "require"}
    assert {name: value for name, value in found.items() if name.startswith("PG")} == {
        **wanted,
        "PGDATABASE": "rollout_drill_1",
    }


def test_a_program_connects_as_strictly_as_we_do() -> None:
    """
    To the primary of several hosts, by the authentication and the lists of revoked certificates that the address asks for.
    """
    strict = {"target_session_attrs": "primary", "channel_binding": "require", "require_auth": "scram-sha-256"}
    strict |= {"sslcrl": "/crl.pem", "ssl_min_protocol_version": "TLSv1.3", "requirepeer": "postgres"}
    found = environment(SecretStr(make_conninfo("host=standby,primary client_encoding=LATIN1", **strict)))
    assert {name: value for name, value in found.items() if name.startswith("PG")} == {
        "PGHOST": "standby,primary",
        "PGTARGETSESSIONATTRS": "primary",
        "PGCHANNELBINDING": "require",
        "PGREQUIREAUTH": "scram-sha-256",
        "PGSSLCRL": "/crl.pem",
        "PGSSLMINPROTOCOLVERSION": "TLSv1.3",
        "PGREQUIREPEER": "postgres",
    }


def test_a_program_that_complains_is_refused_with_its_errors() -> None:
    """
    Warnings around them are left out.
    """
    said = "echo 'pg_dump: warning: odd' >&2; echo 'pg_dump: error: no way in' >&2; echo 'hint: x' >&2; exit 1"
    with pytest.raises(ProgramFailed, match=r"^pg_dump: error: no way in$"):
        run(shell(said), {}, 60)
    with pytest.raises(ProgramFailed, match=r"^sh: exit 3$"):
        run(shell("exit 3"), {}, 60)


def test_a_program_that_does_not_end_is_ended() -> None:
    """
    Nobody can tell what it would have said; what it did so far was looked at.
    """
    looks: list[int] = []
    with pytest.raises(CannotTell, match="sh had not ended when its time was over"):
        run(shell(ENDLESS), {"PATH": "/usr/bin:/bin"}, 0.6, lambda: looks.append(1))
    assert looks
    assert [child for child in psutil.Process().children() if child.name() == "sleep"] == []


def test_a_program_that_does_not_end_when_asked_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    pg_restore asks a frozen server to cancel, and waits for it.
    """
    monkeypatch.setattr("rollout.drill.programs.END_S", 0.2)
    with pytest.raises(CannotTell, match="sh had not ended when its time was over"):
        run(shell("trap '' TERM; while true; do sleep 0.1; done"), {"PATH": "/usr/bin:/bin"}, 0.6)
    assert [child for child in psutil.Process().children() if child.name() == "sh"] == []


def test_a_program_that_cannot_be_started_or_found_is_told(tmp_path: Path) -> None:
    """
    The way out is in the line.
    """
    with pytest.raises(CannotTell, match="nothing did not start: No such file or directory"):
        run([str(tmp_path / "nothing")], {}, 60)
    with pytest.raises(CannotTell, match=r"pg_dump is not in .* or set `postgres_programs`"):
        program("pg_dump", tmp_path)


@pytest.mark.parametrize(
    ("said", "major"),
    [("pg_dump (PostgreSQL) 18.1", 18), ("pg_dump (PostgreSQL) 16.4 (Debian 16.4-1.pgdg120+1)", 16), ("x 19beta1", 19)],
)
def test_the_version_of_a_program_is_its_major_one(tmp_path: Path, said: str, major: int) -> None:
    """
    Whatever a distribution adds.
    """
    file = tmp_path / "pg_dump"
    file.write_text(f"#!/bin/sh\necho '{said}'\n")
    file.chmod(0o700)
    assert version(str(file)) == major


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a program with its parent")
def test_a_program_ends_with_a_drill_that_is_killed(tmp_path: Path) -> None:
    """
    A dump that nobody waits for would go on reading the live database.
    """
    file = tmp_path / "pid"
    with subprocess.Popen([sys.executable, "-c", KILLED.format(file=file)], cwd=ROOT) as drill:

        def started() -> int:
            assert file.exists(), "not started"
            assert file.read_text(encoding="utf-8").strip(), "not written"
            return int(file.read_text(encoding="utf-8"))

        pid = eventually(started, within=30)
        drill.send_signal(signal.SIGKILL)

    def gone() -> None:
        assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE, "still there"

    eventually(gone, within=10)
