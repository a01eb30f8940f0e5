"""Databases of a drill: the live one, read only, and scratch ones, which have a prefix and are removed again."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import IsolationLevel, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pydantic import SecretStr

from rollout.drill.bounded_connection import STATEMENT_S, connection_to
from rollout.drill.outcome import CannotTell
from rollout.target.message import one_line

PREFIX = "rollout_drill_"
LOCK_S = 30
QUIET = {"client_min_messages": "error", "lock_timeout": f"{LOCK_S}s", "statement_timeout": f"{STATEMENT_S}s"}
UNBOUND = {"idle_in_transaction_session_timeout": "0"}  # the snapshot is idle while it is dumped
NEWER, NEWER_SINCE = {"transaction_timeout": "0"}, 170000
LOOKS = {"TimeZone": "UTC", "DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "extra_float_digits": "3"}
LOOKS_TOO = {
    "bytea_output": "hex",
    "xmlbinary": "base64",
    "lc_monetary": "C",
    "standard_conforming_strings": "on",
    "quote_all_identifiers": "off",
    "search_path": "",
    "row_security": "off",
}  # names with schemas; all rows or none
PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}
SUBSCRIPTIONS = """
SELECT subname FROM pg_subscription JOIN pg_database ON pg_database.oid = subdbid WHERE datname = %s
"""  # no database is dropped that has one
MAY_SILENCE = """
SELECT current_setting('is_superuser') = 'on' AND EXISTS (SELECT FROM pg_settings WHERE name = 'event_triggers')
"""  # from version 17 on
SILENT = " -c event_triggers=off"  # one ON login writes rows with each connection
STAYS = "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'"  # from version 14 on
MARK = "SELECT pg_advisory_lock(hashtext(%s))"  # the lock of a database that a drill uses


@dataclass(frozen=True)
class Locale:
    """How a database encodes and orders text; *provider* is PostgreSQL's letter for it, empty before version 15."""

    encoding: str
    collate: str
    ctype: str
    provider: str = ""
    name: str | None = None
    rules: str | None = None

    def options(self) -> sql.Composed:
        """Those of CREATE DATABASE that make a database with it, whatever its template has."""
        every = {"ENCODING": self.encoding, "LC_COLLATE": self.collate, "LC_CTYPE": self.ctype}
        if self.provider:
            every["LOCALE_PROVIDER"] = PROVIDERS[self.provider]
        if self.name is not None:
            every["ICU_LOCALE" if self.provider == "i" else "BUILTIN_LOCALE"] = self.name
        if self.rules is not None:
            every["ICU_RULES"] = self.rules
        return sql.SQL(" ").join(sql.SQL(f"{name} {{}}").format(sql.Literal(value)) for name, value in every.items())


@dataclass(frozen=True)
class Scratch:
    """
    An empty scratch database by *name*; the connection *keeper* holds the lock that marks it as in use.

    Connections to *dsn* fire no event trigger where the role may prevent that.
    """

    name: str
    dsn: SecretStr
    keeper: psycopg.Connection

    def size(self) -> int:
        """Its size in bytes."""
        ((size,),) = self.keeper.execute("SELECT pg_database_size(current_database())").fetchall()
        return int(size)

    def drop(self, objects: Iterable[str]) -> None:
        """Drop what the template brought and the live database does not have; CannotTell where the role may not."""
        for each in objects:
            try:
                self.keeper.execute(f"DROP {each}".encode())
            except psycopg.Error as error:
                raise CannotTell(
                    f"the live database has no {each.lower()}, and a new one cannot be without it: {one_line(str(error))};"
                    " name a superuser in drill_dsn"
                ) from None


@contextmanager
def connected(dsn: SecretStr) -> Iterator[psycopg.Connection]:
    """A read-only transaction on one snapshot; the text of values does not depend on the server's settings."""
    with connection_to(dsn) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        since = NEWER if connection.info.server_version >= NEWER_SINCE else {}
        for name, value in (QUIET | UNBOUND | since | LOOKS | LOOKS_TOO).items():
            connection.execute("SELECT pg_catalog.set_config(%s, %s, false)", (name, value))
        yield connection


@contextmanager
def administering(dsn: SecretStr) -> Iterator[psycopg.Connection]:
    """A connection that creates and drops databases, with each statement in a transaction of its own."""
    with connection_to(dsn, autocommit=True) as connection:
        yield connection


@contextmanager
def scratch_database(dsn: SecretStr, locale: Locale, template: str = "template0") -> Iterator[Scratch]:
    """A database on the server of *dsn* that is dropped after the block: empty, or a copy of *template*."""
    with created(dsn, locale, template) as (name, maker):
        there = in_database(dsn, name)
        if maker.execute(MAY_SILENCE).fetchone() == (True,):
            there = silent(there)
        with administering(there) as keeper:
            keeper.execute(STAYS)
            keeper.execute(MARK, (name,))
            maker.close()
            yield Scratch(name, there, keeper)


@contextmanager
def created(dsn: SecretStr, locale: Locale, template: str = "template0") -> Iterator[tuple[str, psycopg.Connection]]:
    """
    A new scratch database on the server of *dsn*, by name, and its maker: a connection that marks it as in use.

    The mark is there before the database; that is dropped after the block. CannotTell where none could be made.
    """
    name = f"{PREFIX}{secrets.token_hex(6)}"
    names = (sql.Identifier(name), sql.Identifier(template))
    with administering(dsn) as maker:
        maker.execute(MARK, (name,))
        try:
            maker.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} {}").format(*names, locale.options()))
        except psycopg.Error as error:
            raise CannotTell(f"no scratch database could be made: {one_line(str(error))}") from None
        try:
            yield name, maker
        finally:
            remove(dsn, name)


def in_database(dsn: SecretStr, name: str) -> SecretStr:
    """The address of another database on the server of *dsn*."""
    return SecretStr(make_conninfo(dsn.get_secret_value(), dbname=name))


def silent(dsn: SecretStr) -> SecretStr:
    """The address *dsn* with the option that keeps event triggers from firing."""
    return SecretStr(make_conninfo(dsn.get_secret_value(), options=f"{options_of(dsn)}{SILENT}"))


def loud(dsn: SecretStr) -> SecretStr:
    """The address *dsn* without that option: for an application, which is tried as it will run."""
    facts: dict[str, Any] = conninfo_to_dict(dsn.get_secret_value())
    return SecretStr(make_conninfo(**facts | {"options": options_of(dsn).removesuffix(SILENT) or None}))


def options_of(dsn: SecretStr) -> str:
    """The options that an address *dsn* begins a session with."""
    return str(conninfo_to_dict(dsn.get_secret_value()).get("options") or "")


def remove(dsn: SecretStr, name: str) -> None:
    """Drop a scratch database in spite of other connections; ValueError for a name without the prefix."""
    if not name.startswith(PREFIX):
        raise ValueError(f"{name!r} is no scratch database: its name does not begin with {PREFIX}")
    drop(dsn, name)


def drop(dsn: SecretStr, name: str) -> None:
    """Drop a database in spite of other connections and of subscriptions that plain SQL made in it, whatever its name."""
    with administering(dsn) as connection:
        subscriptions = [found for (found,) in connection.execute(SUBSCRIPTIONS, (name,))]
        if subscriptions:
            with administering(in_database(dsn, name)) as inside:
                forget(inside, subscriptions)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def forget(connection: psycopg.Connection, subscriptions: Iterable[str]) -> None:
    """Drop *subscriptions* without a word to their publishers: the slot of that name there belongs to the original."""
    for each in subscriptions:
        for statement in (
            "ALTER SUBSCRIPTION {} DISABLE",
            "ALTER SUBSCRIPTION {} SET (slot_name = NONE)",
            "DROP SUBSCRIPTION {}",
        ):
            connection.execute(sql.SQL(statement).format(sql.Identifier(each)))
