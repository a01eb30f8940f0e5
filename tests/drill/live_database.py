"""A live database in a real PostgreSQL for tests of the drill: fixtures, and changes by the tests."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill.canary_rows import SCHEMA
from rollout.drill.content import Content, content_of
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import PREFIX, connected
from rollout.target.backups import digest
from rollout.target.settings import Backups
from tests.standin.test_boot import State, booted


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """One stand-in for all tests."""
    with booted(tmp_path_factory.mktemp("drill")) as state:
        yield state


@pytest.fixture
def database(running: State) -> SecretStr:
    """A new database with three tables of a few rows."""
    admin = running["postgres_admin_dsn"]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS live WITH (FORCE)")
        connection.execute("CREATE DATABASE live")
    live = make_conninfo(admin, dbname="live")
    with psycopg.connect(live) as connection:
        connection.execute("CREATE TABLE author (id serial PRIMARY KEY, name text NOT NULL)")
        connection.execute("CREATE TABLE book (id serial PRIMARY KEY, author int REFERENCES author, title text)")
        connection.execute("CREATE TABLE bare (line text)")
        connection.execute("INSERT INTO author (name) SELECT 'author ' || n FROM generate_series(1, 50) AS n")
        connection.execute(
            "INSERT INTO book (author, title) SELECT 1 + n % 50, 'book' FROM generate_series(1, 500) AS n"
        )
        connection.execute("INSERT INTO bare VALUES ('twice'), ('twice'), ('once')")
    return SecretStr(live)


@pytest.fixture
def drill(running: State, database: SecretStr) -> RestoreDrill:
    """The drill on that database."""
    return RestoreDrill(database, SecretStr(running["postgres_admin_dsn"]), Path(running["postgres_bin"]))


def scratch_databases(drill: RestoreDrill) -> list[str]:
    """The scratch databases that drills have left."""
    with psycopg.connect(drill.scratch.get_secret_value()) as connection:
        question = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        return [name for (name,) in connection.execute(question, (PREFIX,))]


def changed(live: SecretStr, *statements: str) -> None:
    """Run statements in the live database."""
    with psycopg.connect(live.get_secret_value()) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def catalogued(
    drill: RestoreDrill,
    folder: Path,
    cut: bool = False,
    hours_ago: float = 1,
    kind: str = "custom",
    options: Sequence[str] = (),
) -> Backups:
    """A catalogue with a backup of the live database in pg_dump's format *kind*, cut in half if *cut*."""
    file = folder / ("backup.sql" if kind == "plain" else "live.dump")
    assert drill.programs is not None
    argv = [str(drill.programs / "pg_dump"), f"--format={kind}", "-f", str(file), "-d", drill.live.get_secret_value()]
    subprocess.run([*argv, *options], check=True, timeout=60)
    if cut:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return entered(file, hours_ago)


def entered(backup: Path, hours_ago: float = 1) -> Backups:
    """A catalogue beside a *backup*, with its SHA-256 as it is now."""
    finished = datetime.now(UTC) - timedelta(hours=hours_ago)
    entry = {"file": backup.name, "bytes": 1, "sha256": digest(backup), "finished_at": finished.isoformat()}
    catalogue = backup.with_name("catalogue.json")
    catalogue.write_text(json.dumps(entry), encoding="utf-8")
    return Backups(catalogue=catalogue)


def canary_schemas(drill: RestoreDrill) -> list[str]:
    """The schemas of canaries that are left in the live database."""
    with psycopg.connect(drill.live.get_secret_value()) as connection:
        asked = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)"
        return [name for (name,) in connection.execute(asked, (SCHEMA,))]


def content(live: SecretStr) -> Content:
    """What a live database holds."""
    with connected(live) as connection:
        return content_of(connection)
