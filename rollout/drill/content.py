"""The content of a database, and the differences of a copy from it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import psycopg

from rollout.drill.fingerprint import Fingerprint, Table, Went, fingerprints
from rollout.drill.sequences import Positions, positions, put_back, sequences_behind
from rollout.drill.shape import BY_HAND, OF_ROLES, Shape, differences, missing, shape

Rows = Callable[[Table], str]
HARDLY = 100  # a table has hardly a row where another has more than so many times as many


@dataclass(frozen=True)
class Content:
    """
    The fingerprint of each table of a database, its shape, and its sequences: where each is, and which are *behind* their columns.

    *lasting* is the shape without what changes at one revision of the schema.
    """

    tables: dict[Table, Fingerprint]
    shape: Shape
    lasting: Shape
    behind: dict[str, str]
    positions: Positions

    @property
    def rows(self) -> int:
        return sum(each.rows for each in self.tables.values())

    @property
    def counts(self) -> dict[str, int]:
        """Name → number of what was compared."""
        kinds = {f"{kind.replace(' ', '_')}_count": len(there) for kind, there in self.shape.items() if there}
        return {"rows": self.rows, **kinds}


def content_of(connection: psycopg.Connection, went: Went = lambda done, total: None) -> Content:
    """The content of the database of a connection, as its transaction sees it; *went* gets the progress in bytes."""
    at = positions(connection)
    return Content(
        fingerprints(connection, went),
        shape(connection),
        shape(connection, partitions=False),
        sequences_behind(connection, at),
        at,
    )


def defects(live: Content, copy: Content, rows: Rows, before: Positions, with_roles: bool = True) -> list[str]:
    """
    The differences of the *copy* from the *live* database, a line each; owners and grants only *with_roles*.

    *rows* names the rows of a table that differ, *before* tells where the sequences were before the dump.
    """
    shapes = differences(live.shape, copy.shape, () if with_roles else OF_ROLES)
    behind = put_back(before, live.positions, copy.positions) | newly_behind(live, copy)
    return [*rows_differ(live, copy, rows), *shapes, *behind.values()]


def lasting_defects(live: Content, copy: Content) -> list[str]:
    """
    What the *copy* lacks of the *live* database at the same revision, apart from rows, large objects, partitions and what is BY_HAND.

    What it has besides may have been removed since.
    """
    return [*missing(live.lasting, copy.lasting, OF_ROLES + BY_HAND), *newly_behind(live, copy).values()]


def made_by_hand(live: Content, copy: Content) -> list[str]:
    """What the *copy* lacks of the *live* database that people may have made since at the same revision, a line each."""
    return missing(live.lasting, copy.lasting, tuple({*live.lasting} - {*BY_HAND}))


def lacking(live: Content, at: str | None, copy: Content, revision: str | None) -> Iterator[str]:
    """
    What a backup lacks; its rows may differ by now, but there must be some.

    At another revision its tables may differ too. Without a revision, where the live database has one, it cannot be
    compared.
    """
    if not copy.rows:
        yield "it has no row"
    elif at is not None and revision is None:
        yield "it has no schema revision"
    elif revision == at:
        yield from lasting_defects(live, copy)
    else:
        yield from newly_behind(live, copy).values()


def emptied(live: Content, copy: Content) -> dict[str, str]:
    """The tables with no or hardly a row in the *copy*, of those in the *live* database, each with both numbers in words."""
    pairs = (
        (table, found.rows, live.tables[table].rows) for table, found in copy.tables.items() if table in live.tables
    )
    return {str(table): f"{table} ({few:,} of {rows:,})" for table, few, rows in pairs if few * HARDLY < rows}


def without_data(live: Content, copy: Content, vital: Collection[str]) -> list[str]:
    """
    The emptied tables without whose rows the *copy* proves nothing, in words: the *vital* ones.

    All of them where the copy has hardly a row in all, or no table more than one, as that of the schema revision.
    """
    nothing = copy.rows * HARDLY < live.rows or all(found.rows <= 1 for found in copy.tables.values())
    return [said for table, said in emptied(live, copy).items() if nothing or table in vital]


def newly_behind(live: Content, copy: Content) -> dict[str, str]:
    """The sequences that are behind in the copy only, with their state in words."""
    return {sequence: said for sequence, said in copy.behind.items() if sequence not in live.behind}


def rows_differ(live: Content, copy: Content, rows: Rows) -> Iterator[str]:
    """The differences in rows, a line for each table that both databases have."""
    for table, wanted in live.tables.items():
        found = copy.tables.get(table)
        if found is None:
            continue  # reported with the shape
        if found == wanted:
            continue
        named = rows(table)
        said = (
            f"table {table} has {found.rows:,} rows instead of {wanted.rows:,}"
            if found.rows != wanted.rows
            else f"rows of table {table} have changed"
        )
        yield f"{said}: {named}" if named else said
