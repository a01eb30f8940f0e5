"""
Numbered writes and deletes in the live database while a drill goes on, in a schema of their own: loss is counted in rows.

A *row* has a *part* that belongs to it; each *operation* leaves its number. Rows and parts have no foreign key between
them, so that a part without its row shows.
"""

import secrets
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from rollout.drill.bounded_connection import connection_to
from rollout.drill.canary_loss import CanaryOperation, Found
from rollout.drill.scratch import PREFIX, connected, in_database
from rollout.target.message import one_line

SCHEMA = f"{PREFIX}canary_"
EVERY_S = 0.02
DELETES = 3  # each third operation deletes the oldest row
FIRST = 12  # operations before the dump begins
STATEMENT_S = 30
LONGEST_S = 2 * STATEMENT_S
BOUNDS = {
    "statement_timeout": f"{STATEMENT_S}s",
    "lock_timeout": f"{STATEMENT_S}s",
    "default_transaction_read_only": "off",
}
MAY_CREATE = """
SELECT has_database_privilege(current_database(), 'CREATE') AND NOT pg_is_in_recovery() AND NOT current_setting('transaction_read_only')::bool
    AND NOT EXISTS (SELECT FROM pg_publication WHERE puballtables)
"""  # a subscriber to all tables stops at the first row of one that it does not have
LEFT = """
SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) AND pg_has_role(nspowner, 'USAGE')
"""
TABLES = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}.operation (number bigint PRIMARY KEY);
CREATE TABLE {schema}.row (number bigint PRIMARY KEY);
CREATE TABLE {schema}.part (number bigint PRIMARY KEY, row_number bigint NOT NULL);
GRANT USAGE ON SCHEMA {schema} TO {reader};
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader};
"""
WRITE = """
INSERT INTO {schema}.operation VALUES ({number});
INSERT INTO {schema}.row VALUES ({number});
INSERT INTO {schema}.part VALUES ({number}, {number});
"""
DELETE = """
INSERT INTO {schema}.operation VALUES ({number});
DELETE FROM {schema}.part WHERE row_number = {row};
DELETE FROM {schema}.row WHERE number = {row};
"""


class CanaryRows:
    """
    The operations on *schema* of the database of a connection, each recorded when it was acknowledged.

    *broken* is why they stopped early, in words.
    """

    def __init__(self, connection: psycopg.Connection, schema: str) -> None:
        self.connection, self.schema = connection, schema
        self.done: list[CanaryOperation] = []
        self.alive: deque[int] = deque()
        self.broken = ""
        self._over = Event()
        self._thread = Thread(target=self.work, daemon=True)

    def operate(self) -> None:
        """Write the next row, or delete the oldest one, each in a transaction of its own."""
        number = len(self.done) + 1
        deletes = number % DELETES == 0 and bool(self.alive)
        row = self.alive[0] if deletes else number
        with self.connection.transaction():
            self.carry_out(DELETE if deletes else WRITE, number=sql.Literal(number), row=sql.Literal(row))
        if deletes:
            self.alive.popleft()
        else:
            self.alive.append(number)
        self.done.append(CanaryOperation(number, row, deletes, time.monotonic()))

    def carry_out(self, statements: str, **parts: sql.Composable) -> None:
        """Execute *statements*, with the name of the schema filled in."""
        self.connection.execute(sql.SQL(statements).format(schema=sql.Identifier(self.schema), **parts))

    def start(self) -> None:
        """Operate in a thread until `stop`; an error that ends it earlier is kept as `broken`."""
        self._thread.start()

    def stop(self) -> None:
        """End the operations."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def work(self) -> None:
        """Operate until `stop`, every `EVERY_S` seconds."""
        try:
            while not self._over.wait(EVERY_S):
                self.operate()
        except psycopg.Error as error:
            self.broken = one_line(str(error))

    def found(self, copy: SecretStr) -> Found:
        """The canaries in a *copy* of the database."""
        with connected(copy) as connection:
            return found_in(connection, self.schema)


def found_in(connection: psycopg.Connection, schema: str) -> Found:
    """The canaries in the database of a connection."""

    def numbers(column: str, table: str) -> frozenset[int]:
        asked = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(schema, table))
        return frozenset(number for (number,) in connection.execute(asked))

    return Found(numbers("number", "operation"), numbers("number", "row"), numbers("row_number", "part"))


@contextmanager
def canary_rows(live: SecretStr, scratch: SecretStr) -> Iterator[CanaryRows | None]:
    """
    Write canary rows in the live database during the block; None where neither role may create a schema there, or where
    all tables are published.

    Their schema is dropped after the block. Schemas left by killed drills are removed first.
    """
    with connected(live) as connection:
        ((reader,),) = connection.execute("SELECT current_user").fetchall()
    place = writable(live, scratch)
    if place is None:
        yield None
        return
    with writing(place) as connection:
        remove_left_over(connection)
        canary = CanaryRows(connection, f"{SCHEMA}{secrets.token_hex(6)}")
        connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (canary.schema,))
        canary.carry_out(TABLES, reader=sql.Identifier(reader))
        try:
            for _ in range(FIRST):
                canary.operate()
            canary.start()
            yield canary
        finally:
            canary.stop()
            with suppress(psycopg.Error):  # the next drill removes it then
                canary.carry_out("DROP SCHEMA {schema} CASCADE")


def writable(live: SecretStr, scratch: SecretStr) -> SecretStr | None:
    """The address of the live database for a role that may create a schema there; None where there is none."""
    places = [live]
    if server_of(live) == server_of(scratch):
        name = conninfo_to_dict(live.get_secret_value()).get("dbname")
        places.insert(0, in_database(scratch, str(name or "")))
    return next((place for place in places if may_create(place)), None)


def server_of(dsn: SecretStr) -> tuple[object, ...]:
    """The server of a DSN, without its role and database."""
    facts = conninfo_to_dict(dsn.get_secret_value())
    return tuple(facts.get(name) for name in ("host", "hostaddr", "port", "service"))


def may_create(place: SecretStr) -> bool:
    """Whether the role of a DSN may create a schema in its database."""
    try:
        with writing(place) as connection:
            return connection.execute(MAY_CREATE).fetchone() == (True,)
    except psycopg.Error:
        return False


@contextmanager
def writing(dsn: SecretStr) -> Iterator[psycopg.Connection]:
    """A connection that may write; the time of each statement is limited."""
    with connection_to(dsn, LONGEST_S, autocommit=True) as connection:
        for name, value in BOUNDS.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        yield connection


def remove_left_over(connection: psycopg.Connection) -> None:
    """Remove the schemas of drills that have ended: those whose advisory lock is free."""
    for (schema,) in connection.execute(LEFT, (SCHEMA,)).fetchall():
        if connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", (schema,)).fetchone() == (True,):
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))
            connection.execute("SELECT pg_advisory_unlock(hashtext(%s))", (schema,))
