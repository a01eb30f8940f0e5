"""Faults of the schema: an incomplete migration, and a renamed column."""

import psycopg

from standin.fault_actions.action import Params
from standin.state_file import State

HALF = "ALTER TABLE reports ADD CONSTRAINT half_migrated CHECK (id > 0) NOT VALID"
WHOLE = "ALTER TABLE reports DROP CONSTRAINT IF EXISTS half_migrated"
RENAMED = "ALTER TABLE reports RENAME COLUMN format TO kind"
NAMED = "ALTER TABLE reports RENAME COLUMN kind TO format"
HAS = "SELECT FROM information_schema.columns WHERE table_name = 'reports' AND column_name = %s"


def stop_half_way(state: State, params: Params) -> None:
    """Add a constraint without validating it."""
    run(state, WHOLE, HALF)


def finish(state: State, params: Params) -> None:
    """Remove that constraint."""
    run(state, WHOLE)


def rename(state: State, params: Params) -> None:
    """Rename a column."""
    if has_column(state, "format"):
        run(state, RENAMED)


def name_again(state: State, params: Params) -> None:
    """Restore the name of the column."""
    if has_column(state, "kind"):
        run(state, NAMED)


def has_column(state: State, name: str) -> bool:
    """Whether the table of reports has a column of that *name*."""
    with psycopg.connect(state.postgres_admin_dsn) as connection:
        return connection.execute(HAS, (name,)).fetchone() is not None


def run(state: State, *statements: str) -> None:
    """Run *statements* in one transaction."""
    with psycopg.connect(state.postgres_admin_dsn) as connection:
        for statement in statements:
            connection.execute(statement)
