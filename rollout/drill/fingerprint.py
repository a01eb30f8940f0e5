"""
Fingerprints of tables: equal where two tables hold exactly the same rows, in any order.

A row is hashed twice, with two seeds, and the hashes are added up; so a row that occurs twice counts twice.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

import psycopg
from psycopg import sql

from rollout.drill.scratch import PREFIX

SEEDS = (1, 7919)
EXACT = (
    *("bool", "int2", "int4", "int8", "oid", "text", "varchar", "name", "uuid", "bytea"),
    *("date", "time", "timestamp", "timestamptz"),
)  # types of which equal values look equal: of numeric, interval or citext they may not
OURS = f"""namespace.nspname <> 'information_schema' AND namespace.nspname NOT LIKE 'pg\\_%'
  AND NOT starts_with(namespace.nspname, '{PREFIX}')"""  # canary rows of drills are compared on their own


def no_extensions(thing: str, catalogue: str) -> str:
    """The condition OURS, and that the *thing*, a row of the system *catalogue*, is no part of an extension."""
    return f"""{OURS}
  AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = {thing}.oid AND classid = '{catalogue}'::regclass AND deptype = 'e')"""


OWN = no_extensions("relation", "pg_class")
TABLES = f"""
SELECT relation.oid, namespace.nspname, relation.relname, pg_table_size(relation.oid)
FROM pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
WHERE relation.relkind = 'r' AND relation.relpersistence <> 't'
  AND {OWN}
ORDER BY namespace.nspname, relation.relname
"""
COLUMNS = """
SELECT attribute.attname,
       type.typname = ANY(%s) AND type.typnamespace = 'pg_catalog'::regnamespace
           AND coalesce(collation_.collisdeterministic, true)
FROM pg_attribute AS attribute
JOIN pg_type AS type ON type.oid = attribute.atttypid
LEFT JOIN pg_collation AS collation_ ON collation_.oid = attribute.attcollation
WHERE attribute.attrelid = %s AND attribute.attnum > 0 AND NOT attribute.attisdropped
ORDER BY attribute.attname
"""
BYTES = '{}::text COLLATE pg_catalog."C"'
Went = Callable[[int, int], None]
Column = tuple[str, bool]  # its name, and whether equal values of its type look equal


@dataclass(frozen=True)
class Table:
    """One table of a database, by *schema* and *name*."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Fingerprint:
    """How many *rows* a table has, and the sums of their hashes with each seed."""

    rows: int
    sums: tuple[Decimal, ...]


def fingerprints(connection: psycopg.Connection, went: Went = lambda done, total: None) -> dict[Table, Fingerprint]:
    """
    The fingerprint of every table that the connection sees; psycopg.Error where one cannot be read.

    *went* gets the bytes done and the bytes in all.
    """
    tables = connection.execute(TABLES).fetchall()
    total, done = sum(size for *_, size in tables), 0
    found = {}
    for oid, schema, name, size in tables:
        found[Table(schema, name)] = fingerprint(connection, oid, sql.Identifier(schema, name))
        done += size
        went(done, total)
    return found


def fingerprint(connection: psycopg.Connection, oid: int, table: sql.Identifier) -> Fingerprint:
    """The fingerprint of the *table* with that *oid*."""
    asked = sql.SQL("SELECT count(*), {} FROM ONLY {}").format(sums(row_of(columns_of(connection, oid))), table)
    ((rows, *found),) = connection.execute(asked).fetchall()
    return Fingerprint(rows, tuple(Decimal(each) for each in found))


def columns_of(connection: psycopg.Connection, oid: int) -> tuple[Column, ...]:
    """The columns of the table with that *oid*."""
    return tuple((name, exact) for name, exact in connection.execute(COLUMNS, (list(EXACT), oid)))


def row_of(columns: Iterable[Column]) -> sql.Composed:
    """A row as it is hashed: a column that is not exact by the bytes of its text, whatever its collation takes for equal."""
    values: list[sql.Composable] = [
        sql.SQL("{}").format(sql.Identifier(name)) if exact else sql.SQL(BYTES).format(sql.Identifier(name))
        for name, exact in columns
    ]
    return sql.SQL(", ").join(values or [sql.SQL("NULL::text")])


def sums(row: sql.Composable) -> sql.Composed:
    """
    The sums of the hashes of a *row*, with each seed.

    PostgreSQL's hash of a record is a sum over its columns: without the hash around it two rows that exchanged a value
    would add up to the same.
    """
    hashed = "coalesce(sum(hashint8extended(hash_record_extended(ROW({row}), {seed}), {seed})::numeric), 0)"
    return sql.SQL(", ").join(sql.SQL(hashed).format(row=row, seed=seed) for seed in SEEDS)
