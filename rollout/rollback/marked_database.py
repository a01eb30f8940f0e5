"""Make, mark and drop the new database of a restore; only what has the mark of this rollback is ever dropped."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from pydantic import SecretStr

from rollout.drill.outcome import CannotTell
from rollout.drill.preflight import Ready
from rollout.drill.scratch import Scratch, administering, created, drop, in_database
from rollout.rollback.new_database import DatabaseState, NewDatabase
from rollout.target.message import one_line

COMMENT = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"


def state_in(dsn: SecretStr, database: NewDatabase) -> DatabaseState:
    """The state of a new database on the server of *dsn*."""
    with administering(dsn) as connection:
        found = connection.execute(COMMENT, (database.name,)).fetchone()
    return database.state_of(found[0]) if found else DatabaseState.ABSENT


def make(dsn: SecretStr, ready: Ready, database: NewDatabase) -> None:
    """
    Make the empty database on the server of *dsn*, like the live one; CannotTell where it cannot be made.

    It is made under a scratch name, marked and then renamed: under its own name it has its mark from the beginning.
    """
    with created(dsn, ready.locale) as (scratch, maker):  # there is none to drop any more once it was renamed
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (scratch, database.name)))
        try:
            mark(dsn, scratch, database.comment(DatabaseState.RESTORING))
            maker.execute(rename)
        except psycopg.Error as error:
            raise CannotTell(f"database {database.name} could not be made: {one_line(str(error))}") from None


def mark(dsn: SecretStr, name: str, comment: str) -> None:
    """Put a *comment* on a database."""
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(comment))
    with administering(dsn) as connection:
        connection.execute(statement)


def drop_half_restored(dsn: SecretStr, database: NewDatabase) -> None:
    """Drop the database, in spite of connections; ValueError unless its mark tells that this rollback restores it."""
    if (state := state_in(dsn, database)) is not DatabaseState.RESTORING:
        raise ValueError(f"database {database.name} is {state}: only one that this rollback half restored is dropped")
    drop(dsn, database.name)


@contextmanager
def kept_open(dsn: SecretStr, database: NewDatabase) -> Iterator[Scratch]:
    """The database with a connection, as the functions that restore take it; it stays after the block."""
    there = in_database(dsn, database.name)
    with administering(there) as keeper:
        yield Scratch(database.name, there, keeper)
