"""The doctor opens the server on which drills make their scratch databases."""

import pytest
from pydantic import SecretStr

from rollout.cli.examination import probes_of
from rollout.target.probe import Look, looks
from tests.standin.test_boot import State
from xcodereviewer.suite import SUITE

pytestmark = pytest.mark.stack


def look(running: State, dsn: str) -> Look:
    """What the doctor finds with this DSN for drills."""
    (probe,) = (probe for probe in probes_of(SUITE) if probe.name == "scratch server")
    return next(looks([probe], SUITE.target_of(running).model_copy(update={"drill_dsn": SecretStr(dsn)})))


def test_a_role_that_may_create_databases_is_told_with_the_version(running: State) -> None:
    """
    Nothing is created for it.
    """
    found = look(running, running["postgres_admin_dsn"])
    assert found.state == "ok"
    assert found.said.startswith("PostgreSQL 1")
    assert found.said.endswith(
        ", whose role may create databases and is a superuser, with whose rights the SQL of a backup runs"
    )


def test_a_role_that_may_create_no_database_is_told_before_a_drill(running: State) -> None:
    """
    The way out names the right and the setting.
    """
    found = look(running, running["postgres_dsn"])
    assert (found.state, found.said) == ("failed", "the role of drill_dsn may not create databases")
    assert found.way_out.startswith("ALTER ROLE … CREATEDB, or set ")
    assert found.way_out.endswith(" with another role")
