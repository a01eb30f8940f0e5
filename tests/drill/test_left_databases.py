"""A scratch database is left over once its drill is gone, whoever else is connected; it goes, or is named."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.cli.examination import probes_of
from rollout.drill.left_databases import left_databases
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import PREFIX, Locale, in_database, remove, scratch_database
from rollout.target.probe import looks
from tests.drill.live_database import scratch_databases
from tests.standin.test_boot import State
from xcodereviewer.suite import SUITE

pytestmark = pytest.mark.stack
NAME = f"{PREFIX}left"
TOLD = (
    "1 scratch database of a killed drill is left on the server of drill_dsn, to be removed by"
    f" DROP DATABASE {NAME} WITH (FORCE), as postgres"
)


@contextmanager
def left(drill: RestoreDrill) -> Iterator[psycopg.Connection]:
    """A scratch database that nobody keeps, and the connection of an administrator."""
    with psycopg.connect(drill.scratch.get_secret_value(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        try:
            yield connection
        finally:
            connection.execute("UPDATE pg_database SET datistemplate = false WHERE datname = %s", (NAME,))
            remove(drill.scratch, NAME)


def test_one_goes_with_the_next_drill_though_an_application_lives_on_in_it(drill: RestoreDrill) -> None:
    """
    What a drill started outlives `kill -9`; the lock of the drill does not.
    """
    with left(drill), psycopg.connect(in_database(drill.scratch, NAME).get_secret_value()) as application:
        drill.carry_out(None)
        assert scratch_databases(drill) == []
        with pytest.raises(psycopg.OperationalError):
            application.execute("SELECT 1")


def test_one_that_a_drill_uses_stays(drill: RestoreDrill) -> None:
    """
    Its keeper holds the lock.
    """
    with scratch_database(drill.scratch, Locale("UTF8", "C", "C")) as scratch:
        assert left_databases(drill.scratch) == []
        drill.carry_out(None)
        assert scratch_databases(drill) == [scratch.name]
    assert scratch_databases(drill) == []


def test_one_that_a_drill_uses_stays_though_its_server_ends_idle_sessions(drill: RestoreDrill) -> None:
    """
    The keeper is idle for hours, and its lock would end with it.
    """
    short = make_conninfo(drill.scratch.get_secret_value(), options="-c idle_session_timeout=100ms")
    with scratch_database(SecretStr(short), Locale("UTF8", "C", "C")) as scratch:
        with psycopg.connect(drill.scratch.get_secret_value()) as connection:
            connection.execute("SELECT pg_sleep(0.5)")
        assert scratch.size() > 0
        assert left_databases(drill.scratch) == []


def test_one_that_cannot_be_dropped_is_named_and_ends_no_drill(running: State, drill: RestoreDrill) -> None:
    """
    By the drill and by the doctor, with the one command.
    """
    probe = next(probe for probe in probes_of(SUITE) if probe.name == "left by drills")
    target = SUITE.target_of(running).model_copy(update={"postgres_dsn": drill.live, "drill_dsn": drill.scratch})
    assert next(looks([probe], target)).state == "ok"
    with left(drill) as connection:
        connection.execute("UPDATE pg_database SET datistemplate = true WHERE datname = %s", (NAME,))
        assert drill.carry_out(None).reason.endswith(f"; {TOLD}")
        found = next(looks([probe], target))
        assert (found.state, found.said) == ("failed", TOLD)
