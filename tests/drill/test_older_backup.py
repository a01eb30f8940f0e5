"""A backup at another revision of the schema: the application that runs now knows it, or the backup cannot be used."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill.course import Course
from rollout.drill.outcome import Failed
from rollout.drill.restore import RestoreDrill
from rollout.plan import load_plan
from rollout.target import Target
from rollout.target.settings import Backups
from tests.drill.live_database import catalogued, changed, scratch_databases
from tests.standin.test_boot import State
from xcodereviewer.drills.restore import RESTORE
from xcodereviewer.suite import SUITE

pytestmark = pytest.mark.stack
BEFORE_0004 = "DROP TABLE task_runs, error_log, rollout_flags"
Backed = Callable[..., Backups]


@pytest.fixture
def backed(running: State, tmp_path: Path) -> Iterator[Backed]:
    """Take a backup of a copy of the stand-in's database, changed by statements."""
    admin, programs = running["postgres_admin_dsn"], Path(running["postgres_bin"])
    older = make_conninfo(admin, dbname="older")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE DATABASE older")
        file = tmp_path / "live"
        subprocess.run([str(programs / "pg_dump"), "-Fc", "-f", str(file), "-d", admin], check=True, timeout=60)
        subprocess.run([str(programs / "pg_restore"), "-d", older, str(file)], check=True, timeout=60)

        def take(*statements: str) -> Backups:
            changed(SecretStr(older), *statements)
            return catalogued(RestoreDrill(SecretStr(older), SecretStr(admin), programs), tmp_path)

        try:
            yield take
        finally:
            connection.execute("DROP DATABASE older WITH (FORCE)")


def told_of(running: State, backups: Backups) -> str:
    """What a drill on the stand-in says that has only these backups."""
    target: Target = SUITE.target_of(running).model_copy(update={"backups": backups})
    return RESTORE.carry_out(target, load_plan(), Course()).reason


def test_one_that_the_application_knows_passes_with_a_remark(running: State, backed: Backed) -> None:
    """
    The application started on it, which brings it to its own revision.
    """
    backups = backed(BEFORE_0004, "UPDATE alembic_version SET version_num = '0003'")
    assert told_of(running, backups).endswith(
        ", at revision 0003 where the live database is at 0004; the application started on it and left it at 0004"
    )


def test_one_that_the_application_does_not_know_fails(running: State, backed: Backed) -> None:
    """
    Nobody could go on with it.
    """
    backups = backed("UPDATE alembic_version SET version_num = 'beef'")
    with pytest.raises(Failed) as failed:
        told_of(running, backups)
    assert str(failed.value).startswith(
        "backup live.dump is at revision beef where the live database is at 0004:"
        " the application does not start on the copy: exit 1: "
    )
    assert "Can't locate revision identified by 'beef'" in str(failed.value)
    admin = SecretStr(running["postgres_admin_dsn"])
    assert scratch_databases(RestoreDrill(admin, admin)) == []


def test_a_live_database_behind_passes_with_a_remark(running: State, backed: Backed) -> None:
    """
    The application brings its copy to the revision that it knows.
    """
    backed(BEFORE_0004, "UPDATE alembic_version SET version_num = '0003'")
    older = SecretStr(make_conninfo(running["postgres_admin_dsn"], dbname="older"))
    target: Target = SUITE.target_of(running).model_copy(update={"backups": None, "postgres_dsn": older})
    assert (
        ", which it brought from revision 0003 to 0004: the live database is behind; "
        in RESTORE.carry_out(target, load_plan(), Course()).reason
    )
