"""The live database of a drill: looked at without keeping a lock, and whether its schema changed while it was dumped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from pydantic import SecretStr

from rollout.drill.differing_rows import differing_rows
from rollout.drill.fingerprint import OURS, Table
from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.scratch import connected

T = TypeVar("T")
OF_RELATIONS = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_attrdef": "adrelid",
    "pg_constraint": "conrelid",
    "pg_index": "indrelid",
    "pg_inherits": "inhrelid",
    "pg_policy": "polrelid",
    "pg_rewrite": "ev_class",
    "pg_sequence": "seqrelid",
    "pg_statistic_ext": "stxrelid",
    "pg_trigger": "tgrelid",
}
OF_SCHEMAS = {"pg_namespace": "oid", "pg_proc": "pronamespace", "pg_type": "typnamespace"}


def lines_of(catalogue: str, key: str, owner: str, node: str) -> str:
    """A line for each row of a *catalogue* that *owner* leads to a schema of its own, with its version and the file of its rows."""
    return f"""SELECT concat_ws(' ', '{catalogue}', seen.{key}, seen.xmin, {node}) AS line
FROM {catalogue} AS seen {owner} WHERE {OURS}"""


OF_A_RELATION = """JOIN pg_class AS relation ON relation.oid = seen.{0}
JOIN pg_namespace AS namespace ON namespace.oid = relation.relnamespace"""
OF_A_SCHEMA = "JOIN pg_namespace AS namespace ON namespace.oid = seen.{0}"
EVERY = (
    *(lines_of(name, key, OF_A_RELATION.format(key), "relation.relfilenode") for name, key in OF_RELATIONS.items()),
    *(lines_of(name, key, OF_A_SCHEMA.format(key), "0") for name, key in OF_SCHEMAS.items()),
)
STATE = f"SELECT count(*), sum(hashtextextended(line, 0)::numeric) FROM ({' UNION ALL '.join(EVERY)}) AS lines"
State = tuple[object, ...]


@dataclass
class Original:
    """
    The live database *dsn* in one snapshot, that of *connection*.

    *before* is the state of its schema before the snapshot, *after* that once the dump was over.
    """

    dsn: SecretStr
    connection: psycopg.Connection
    before: State
    after: State = ()

    def look(self, ask: Callable[[psycopg.Connection], T]) -> T:
        """What *ask* finds in the snapshot; the locks that it takes on tables end with it."""
        with self.connection.transaction(force_rollback=True):
            return ask(self.connection)

    def was_dumped(self) -> None:
        """Keep the state of the schema after the dump."""
        self.after = state_of(self.dsn)

    @contextmanager
    def accused(self) -> Iterator[None]:
        """
        Raise CannotTell for a Failed in the block where the schema changed while it was dumped.

        No snapshot keeps the rows of a table that is emptied by TRUNCATE or written anew, nor every definition.
        """
        try:
            yield
        except Failed as error:
            if self.before == self.after:
                raise
            raise CannotTell(
                "the schema of the live database changed while it was dumped, or a table was emptied by TRUNCATE, so nobody can"
                f" tell: {error}; run the drill again while nothing migrates"
            ) from None

    def rows(self, copy: SecretStr, table: Table) -> str:
        """The rows of a *table* that differ in a *copy*, in words; empty where the live table cannot be read any more."""
        try:
            if state_of(self.dsn) != self.after:
                return ""
            with connected(copy) as there:
                return self.look(lambda connection: differing_rows(connection, there, table))
        except psycopg.Error:
            return ""


def state_of(dsn: SecretStr) -> State:
    """The state of the schema of a database now, in figures: another one after each change and each TRUNCATE."""
    with connected(dsn) as connection:
        (found,) = connection.execute(STATE.encode()).fetchall()
    return found


@contextmanager
def original_of(dsn: SecretStr) -> Iterator[Original]:
    """The live database in a snapshot that is kept during the block."""
    before = state_of(dsn)
    with connected(dsn) as connection:
        yield Original(dsn, connection, before)
