"""
The rows in which a copy differs from its original, by their keys.

Ranges of the hash of the key are compared first, all in one pass; then the rows of those ranges that are not the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from rollout.drill.fingerprint import Column, Fingerprint, Table, columns_of, row_of, sums
from rollout.target.message import one_line
from rollout.values import numbered, some

ROWS_A_RANGE, MOST_RANGES = 500, 1 << 16
MOST_LOOKED_AT = 100_000  # rows of each side; beyond them the number of differing rows is a lower bound
MOST_NAMED = 20
MOST_OF_A_KEY = 40
OID = """
SELECT relation.oid FROM pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace
WHERE (namespace.nspname, relation.relname) = (%s, %s)
"""
KEY = """
SELECT attribute.attname
FROM pg_index AS index
JOIN pg_attribute AS attribute ON attribute.attrelid = index.indrelid
    AND array_position(index.indkey::int2[], attribute.attnum) < index.indnkeyatts
WHERE index.indrelid = %s AND index.indisprimary
ORDER BY array_position(index.indkey::int2[], attribute.attnum)
"""
Identity = tuple[int, ...]  # the hashes of a key
Ranges = dict[int, Fingerprint]


@dataclass
class Named:
    """The rows with one key, whose text is *key*: the hashes of each row."""

    key: str
    rows: list[Identity] = field(default_factory=list)


@dataclass(frozen=True)
class Keyed:
    """A *table* whose rows have a key, with its *columns* and those of the *key*."""

    table: sql.Identifier
    columns: tuple[Column, ...]
    key: tuple[Column, ...]

    def ranges(self, connection: psycopg.Connection, number: int) -> Ranges:
        """The fingerprint of each range of keys, of *number* many."""
        asked = sql.SQL("SELECT {}, count(*), {} FROM ONLY {} GROUP BY 1").format(
            self.range_of(number), sums(row_of(self.columns)), self.table
        )
        return {place: Fingerprint(rows, tuple(found)) for place, rows, *found in connection.execute(asked)}

    def rows(self, connection: psycopg.Connection, number: int, places: Iterable[int]) -> dict[Identity, Named]:
        """The rows of some ranges, by the hashes of their keys."""
        shown = [sql.SQL("left({}::text, {})").format(sql.Identifier(name), MOST_OF_A_KEY + 1) for name, _ in self.key]
        asked = sql.SQL("SELECT ARRAY[{}], {}, {} FROM ONLY {} WHERE {} = ANY(%s)").format(
            sql.SQL(", ").join(shown),
            hashes(row_of(self.key)),
            hashes(row_of(self.columns)),
            self.table,
            self.range_of(number),
        )
        found: dict[Identity, Named] = {}
        for values, first, second, *row in connection.execute(asked, (list(places),)):
            found.setdefault((first, second), Named(self.name_of(values))).rows.append(tuple(row))
        return found

    def range_of(self, number: int) -> sql.Composed:
        """In which of *number* ranges, a power of two, a row is."""
        return sql.SQL("(hash_record_extended(ROW({}), 3) & {})").format(row_of(self.key), number - 1)

    def name_of(self, values: Iterable[str]) -> str:
        """The name of a row: each column of its key with the value, cut short."""
        return " ".join(
            f"{one_line(name)} {one_line(value, MOST_OF_A_KEY)}"
            for (name, _), value in zip(self.key, values, strict=True)
        )


def hashes(row: sql.Composable) -> sql.Composed:
    """Two hashes of a row."""
    return sql.SQL("hash_record_extended(ROW({0}), 1), hash_record_extended(ROW({0}), 7919)").format(row)


def differing_rows(original: psycopg.Connection, copy: psycopg.Connection, table: Table) -> str:
    """
    How many rows of a *table* differ, and the first of them by their keys; empty where they have no key.

    psycopg.Error where one of the connections is lost.
    """
    keyed = keyed_table(original, table)
    if keyed is None or keyed.columns != columns_of(copy, oid_of(copy, table)):
        return ""
    number = ranges_for(original, keyed)
    was, now = keyed.ranges(original, number), keyed.ranges(copy, number)
    every = sorted(place for place in was.keys() | now.keys() if was.get(place) != now.get(place))
    looked = list(within_reach(every, was, now))
    told = list(fates(keyed.rows(original, number, looked), keyed.rows(copy, number, looked)))
    least = "" if len(looked) == len(every) else "at least "
    return f"{least}{numbered(len(told), 'row differs', 'rows differ')}: {some(told, MOST_NAMED)}"


def keyed_table(connection: psycopg.Connection, table: Table) -> Keyed | None:
    """A table with its columns and key; None where it is missing or its rows have no primary key."""
    oid = oid_of(connection, table)
    columns = columns_of(connection, oid)
    exact = dict(columns)
    key = tuple((name, exact[name]) for (name,) in connection.execute(KEY, (oid,)))
    return Keyed(sql.Identifier(table.schema, table.name), columns, key) if key else None


def oid_of(connection: psycopg.Connection, table: Table) -> int:
    """The oid of a table; 0, which no table has, where it is missing."""
    there = connection.execute(OID, (table.schema, table.name)).fetchone()
    return int(there[0]) if there else 0


def ranges_for(connection: psycopg.Connection, keyed: Keyed) -> int:
    """The number of ranges for the rows of a table: each has some hundred rows."""
    ((rows,),) = connection.execute(sql.SQL("SELECT count(*) FROM ONLY {}").format(keyed.table)).fetchall()
    return min(MOST_RANGES, 1 << max(0, int(rows) // ROWS_A_RANGE).bit_length())


def within_reach(places: Iterable[int], was: Ranges, now: Ranges) -> Iterator[int]:
    """Those of the ranges *places* whose rows are read: the first ones, up to `MOST_LOOKED_AT` rows."""
    rows = 0
    for place in places:
        if rows > MOST_LOOKED_AT:
            return
        yield place
        rows += max(side[place].rows for side in (was, now) if place in side)


def fates(was: Mapping[Identity, Named], now: Mapping[Identity, Named]) -> Iterator[str]:
    """The change of each differing row in words, shorter keys first."""
    both: defaultdict[Identity, list[Named | None]] = defaultdict(lambda: [None, None])
    for side, rows in enumerate((was, now)):
        for identity, named in rows.items():
            both[identity][side] = named
    told = [(named.key, fate) for before, after in both.values() for named, fate in fate_of(before, after)]
    return (f"{key} {fate}" for key, fate in sorted(told, key=lambda each: (len(each[0]), each)))


def fate_of(before: Named | None, after: Named | None) -> Iterator[tuple[Named, str]]:
    """The change of the rows of one key in words; nothing where they are equal."""
    if before is None:
        assert after is not None
        yield after, "was not there"
    elif after is None:
        yield before, "is missing"
    elif len(before.rows) != len(after.rows):
        yield before, f"is there {len(after.rows)} times"
    elif sorted(before.rows) != sorted(after.rows):
        yield before, "has changed"
