"""The fault of a recorded schema revision that differs from the application's."""

import psycopg

from standin.fault_actions.action import Params
from standin.migrations import HEAD
from standin.state_file import State


def step_back(state: State, params: Params) -> None:
    """Record the revision before the newest, as after an aborted migration."""
    from alembic.script import ScriptDirectory

    from standin.migrate import alembic_config

    newest = ScriptDirectory.from_config(alembic_config()).get_revision(HEAD)
    _record(state, str(newest.down_revision))


def step_forward(state: State, params: Params) -> None:
    """Record the newest revision again."""
    _record(state, HEAD)


def _record(state: State, revision: str) -> None:
    with psycopg.connect(state.postgres_admin_dsn) as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", (revision,))
