"""Databases of a drill: the live one as it is read, and scratch ones, which have a prefix and go again."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg import IsolationLevel, sql
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill.outcome import CannotTell
from rollout.target.message import one_line

PREFIX = "rollout_drill_"
CONNECT_S = 5
LOCK_S, QUESTION_S = 30, 3600
QUIET = {"client_min_messages": "error", "lock_timeout": f"{LOCK_S}s", "statement_timeout": f"{QUESTION_S}s"}
UNBOUND = {"idle_in_transaction_session_timeout": "0"}  # a snapshot waits for the dump that is taken in it
LOOKS = {"TimeZone": "UTC", "DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "extra_float_digits": "3"}
LOOKS_TOO = {
    "bytea_output": "hex",
    "xmlbinary": "base64",
    "search_path": "",
    "row_security": "off",
}  # names with schemas; all rows or none
ORPHANS = """
SELECT datname FROM pg_database
WHERE starts_with(datname, %s) AND NOT EXISTS (SELECT FROM pg_stat_activity AS used WHERE used.datname = pg_database.datname)
  AND (pg_has_role(datdba, 'USAGE') OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
"""


@dataclass(frozen=True)
class Scratch:
    """An empty database of its own, by *name*, and a connection to it that says that it is in use."""

    name: str
    dsn: SecretStr
    keeper: psycopg.Connection

    def size(self) -> int:
        """Its size in bytes."""
        ((size,),) = self.keeper.execute("SELECT pg_database_size(current_database())").fetchall()
        return int(size)


@contextmanager
def connected(dsn: SecretStr) -> Iterator[psycopg.Connection]:
    """A transaction that sees the database as it is when it begins, and changes nothing; values look the same in each."""
    with psycopg.connect(dsn.get_secret_value(), connect_timeout=CONNECT_S) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        for name, value in (QUIET | UNBOUND | LOOKS | LOOKS_TOO).items():
            connection.execute("SELECT pg_catalog.set_config(%s, %s, false)", (name, value))
        yield connection


@contextmanager
def administering(dsn: SecretStr) -> Iterator[psycopg.Connection]:
    """A connection of the role that makes and removes databases, each statement on its own."""
    with psycopg.connect(dsn.get_secret_value(), autocommit=True, connect_timeout=CONNECT_S) as connection:
        yield connection


@contextmanager
def scratch_database(dsn: SecretStr, encoding: str, collate: str, ctype: str) -> Iterator[Scratch]:
    """An empty database on the server of *dsn*, gone after the block."""
    name = f"{PREFIX}{secrets.token_hex(6)}"
    statement = "CREATE DATABASE {} TEMPLATE template0 ENCODING {} LC_COLLATE {} LC_CTYPE {}"
    parts = (sql.Identifier(name), sql.Literal(encoding), sql.Literal(collate), sql.Literal(ctype))
    with administering(dsn) as connection:
        try:
            connection.execute(sql.SQL(statement).format(*parts))
        except psycopg.Error as error:
            raise CannotTell(f"no scratch database could be made: {one_line(str(error))}") from None
    there = in_database(dsn, name)
    try:
        with administering(there) as keeper:
            yield Scratch(name, there, keeper)
    finally:
        remove(dsn, name)


def in_database(dsn: SecretStr, name: str) -> SecretStr:
    """The address of another database on the server of *dsn*."""
    return SecretStr(make_conninfo(dsn.get_secret_value(), dbname=name))


def remove(dsn: SecretStr, name: str) -> None:
    """Drop a scratch database, whoever is connected; nothing without the prefix is ever dropped."""
    if not name.startswith(PREFIX):
        raise ValueError(f"{name!r} is no scratch database: its name does not begin with {PREFIX}")
    with administering(dsn) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def orphans(dsn: SecretStr) -> list[str]:
    """The scratch databases that a drill left which was killed: those to which nobody is connected."""
    with administering(dsn) as connection:
        return [name for (name,) in connection.execute(ORPHANS, (PREFIX,))]
