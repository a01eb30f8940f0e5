"""No disk: what can be seen before a drill begins, and a disk that fills while it goes on."""

import shutil
import signal
import socket
import subprocess
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill import room
from rollout.drill.outcome import CannotTell
from rollout.drill.restore import RestoreDrill
from rollout.drill.room import data_folder, room_seen
from rollout.target.wait import eventually
from tests.drill.live_database import changed, scratch_databases
from tests.standin.test_boot import State

pytestmark = pytest.mark.stack
Usage = namedtuple("Usage", "total used free")
IN_A_SMALL_DISK = """
mount -t tmpfs -o size=64m tmpfs "$1" && exec unshare --user --map-user=1000 --map-group=1000 sh -c '
"$2/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --no-locale --no-sync --waldir="$4" >&2 &&
exec "$2/postgres" -D "$1/data" -p "$3" -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off' sh "$@"
"""


def test_the_disk_of_a_server_on_this_machine_is_looked_at(running: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    By a role that may read where its data is; any other one is told that nobody looked.
    """
    with psycopg.connect(running["postgres_admin_dsn"], autocommit=True) as connection:
        assert room_seen(connection, 1 << 20)
        folder = data_folder(connection)
        assert folder is not None
        monkeypatch.setattr(
            "shutil.disk_usage", lambda asked: Usage(10 << 20, 8 << 20, 2 << 20 if asked == folder else 0)
        )
        with pytest.raises(CannotTell) as refused:
            room_seen(connection, 3 << 20)
        assert str(refused.value) == (
            "the disk of drill_dsn's server has 2 MiB left and the database 3 MiB: no room for a copy;"
            " make some, or name another server"
        )
    with psycopg.connect(running["postgres_dsn"], autocommit=True) as connection:
        assert not room_seen(connection, 3 << 20)


def test_a_folder_that_only_has_the_same_name_here_is_not_taken_for_it(
    running: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    That of a server in a container.
    """
    with psycopg.connect(running["postgres_admin_dsn"], autocommit=True) as connection:
        folder = data_folder(connection)
        monkeypatch.setattr(room, "os", SimpleNamespace(stat=lambda _: Path("/proc").lstat()))
        assert (folder is None, data_folder(connection)) == (False, None)


@pytest.fixture
def small_server(running: State, tmp_path: Path) -> Iterator[SecretStr]:
    """A PostgreSQL whose data is on a disk of 64 MiB."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mount, wal = tmp_path / "disk", tmp_path / "wal"
    mount.mkdir()
    inside = ["sh", "-c", IN_A_SMALL_DISK, "sh", str(mount), running["postgres_bin"], str(port), str(wal)]
    command = ["unshare", "--user", "--map-root-user", "--mount", *inside]
    if shutil.which("unshare") is None or subprocess.run([*command[:4], "true"], capture_output=True).returncode:
        pytest.skip("no disk of its own can be made without rights")
    dsn = make_conninfo(host="127.0.0.1", port=port, user="postgres", dbname="postgres")
    with (tmp_path / "server.log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as server:

        def up() -> None:
            assert server.poll() is None, (tmp_path / "server.log").read_text(encoding="utf-8")
            try:
                psycopg.connect(dsn).close()
            except psycopg.OperationalError as error:
                raise AssertionError(str(error)) from None

        try:
            eventually(up, within=60)
            yield SecretStr(dsn)
        finally:
            server.send_signal(signal.SIGINT)


def test_a_disk_that_fills_during_the_restore_accuses_no_dump(drill: RestoreDrill, small_server: SecretStr) -> None:
    """
    PostgreSQL's own words are told, and what was restored until then is removed.
    """
    changed(drill.live, "INSERT INTO bare SELECT repeat(md5(n::text), 4) FROM generate_series(1, 400000) AS n")
    drill.scratch = small_server
    with pytest.raises(CannotTell, match=r"^dump could not be restored: .*No space left on device"):
        drill.carry_out(None)
    assert scratch_databases(drill) == []


def test_a_disk_that_fills_during_the_dump_accuses_nobody(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    A file may be so large and no larger.
    """
    assert drill.programs is not None
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "pg_restore").symlink_to(drill.programs / "pg_restore")
    dump = folder / "pg_dump"
    limit = "case $1 in --version) ;; *) trap '' XFSZ; ulimit -f 8 ;; esac"
    dump.write_text(f'#!/bin/sh\n{limit}\nexec "{drill.programs}/pg_dump" "$@"\n', encoding="utf-8")
    dump.chmod(0o700)
    changed(drill.live, "INSERT INTO bare SELECT md5(n::text) FROM generate_series(1, 20000) AS n")
    drill.programs = folder
    with pytest.raises(CannotTell, match=r"^no dump could be taken: pg_dump: .*File too large"):
        drill.carry_out(None)
    assert scratch_databases(drill) == []
