"""Loss in rows, counted in a real PostgreSQL: thirty copies whose truth is known, and what a killed drill leaves."""

from collections.abc import Iterator
from contextlib import ExitStack
from random import Random

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill.canary_loss import Found, loss_of
from rollout.drill.canary_rows import SCHEMA, TABLES, CanaryRows, canary_rows, found_in
from rollout.drill.outcome import Failed
from rollout.drill.restore import RestoreDrill
from tests.drill.live_database import canary_schemas, changed
from tests.standin.test_boot import State

pytestmark = pytest.mark.stack

NAME = f"{SCHEMA}known"
HOLDS = ("operation", "row", "part")
Numbers = dict[str, set[int]]


@pytest.fixture(scope="module")
def pair(running: State) -> Iterator[tuple[CanaryRows, psycopg.Connection]]:
    """A canary in one database, and a connection to another one with the same empty tables."""
    admin = running["postgres_admin_dsn"]
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in ("canary_was", "canary_now"):
            connection.execute(f"CREATE DATABASE {name}".encode())
    with ExitStack() as stack:
        was, now = (
            stack.enter_context(psycopg.connect(make_conninfo(admin, dbname=name), autocommit=True))
            for name in ("canary_was", "canary_now")
        )
        for connection in (was, now):
            CanaryRows(connection, NAME).carry_out(TABLES, reader=sql.Identifier("postgres"))
        yield CanaryRows(was, NAME), now


def emptied(connection: psycopg.Connection) -> None:
    """Take every row away."""
    CanaryRows(connection, NAME).carry_out("TRUNCATE {schema}.operation, {schema}.row, {schema}.part")


def held(connection: psycopg.Connection) -> Numbers:
    """The numbers in each table."""
    return {
        table: {number for (number,) in connection.execute(f"SELECT number FROM {NAME}.{table}".encode())}
        for table in HOLDS
    }


def put(connection: psycopg.Connection, numbers: Numbers) -> None:
    """Let the tables hold these numbers; a part bears the number of its row."""
    emptied(connection)
    for table, columns in (("operation", "number"), ("row", "number"), ("part", "number, row_number")):
        for number in numbers[table]:
            values = (number,) * (columns.count(",") + 1)
            places = ", ".join(["%s"] * len(values))
            connection.execute(f"INSERT INTO {NAME}.{table} ({columns}) VALUES ({places})".encode(), values)


def few(luck: Random, numbers: set[int]) -> set[int]:
    """Up to three of them."""
    return set(luck.sample(sorted(numbers), min(luck.randrange(4), len(numbers))))


@pytest.mark.parametrize("seed", range(30))
def test_what_was_lost_came_back_or_lost_its_row_is_counted_exactly(
    pair: tuple[CanaryRows, psycopg.Connection], seed: int
) -> None:
    """
    A copy of some moment, from which rows were taken, to which deleted ones were added, and some of whose parts stand alone.
    """
    was, now = pair
    luck = Random(seed)
    emptied(was.connection)
    canary = CanaryRows(was.connection, NAME)
    until, more = luck.randrange(1, 25), luck.randrange(0, 25)
    for _ in range(until):
        canary.operate()
    copy = held(was.connection)
    for _ in range(more):
        canary.operate()
    live = held(was.connection)
    copy["row"] -= few(luck, copy["row"])
    gone = {each.row for each in canary.done if each.deletes}
    copy["row"] |= few(luck, gone)
    put(now, copy)

    loss = loss_of(canary.done, found_in(now, NAME))

    assert live["row"] == {each.row for each in canary.done} - gone
    assert (loss.last, loss.survived, loss.holes) == (until + more, until, 0)
    assert loss.lost == len(live["row"] - copy["row"])
    assert loss.resurrected == len(copy["row"] & gone)
    assert loss.orphans == len(copy["part"] - copy["row"])
    assert loss.seconds == canary.done[-1].at - canary.done[until - 1].at


def test_a_drill_counts_what_its_copy_would_lose(drill: RestoreDrill) -> None:
    """
    What was written and deleted after the snapshot; nothing of it is left, and it is no part of what is compared.
    """
    drill.may_write = True
    passed = drill.carry_out(None)
    counts = passed.counts
    assert counts["rows"] == 553
    assert counts["orphan_rows"] == 0
    assert 12 <= counts["canary_survived_number"] < counts["canary_operations_count"]
    after = counts["canary_operations_count"] - counts["canary_survived_number"]
    assert 0 < counts["lost_rows"] + counts["resurrected_rows"] <= after
    assert counts["lost_ms"] > 0
    assert "was the last to survive: " in passed.reason
    assert canary_schemas(drill) == []


def test_what_nobody_may_write_is_not_measured(running: State, drill: RestoreDrill) -> None:
    """
    A role that reads only; the drill passes all the same, and says so.
    """
    reader = running["postgres_dsn"]
    with canary_rows(SecretStr(reader), SecretStr(make_conninfo(reader, dbname="postgres"))) as canary:
        assert canary is None
    passed = drill.carry_out(None)
    assert "loss in rows was not measured" in passed.reason
    assert "lost_rows" not in passed.counts


def test_a_copy_that_lacks_an_operation_before_its_last_one_fails(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It is of no one moment, and no equal number of rows makes up for that.
    """
    drill.may_write = True
    looked = CanaryRows.found

    def torn(self: CanaryRows, copy: SecretStr) -> Found:
        changed(copy, f"DELETE FROM {self.schema}.operation WHERE number = 5")
        return looked(self, copy)

    monkeypatch.setattr(CanaryRows, "found", torn)
    with pytest.raises(Failed, match=r"is of no one moment: .*; 1 operation is missing before it"):
        drill.carry_out(None)


def test_a_copy_that_lacks_what_was_there_before_the_dump_fails(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    It was acknowledged, and no dump that began later may miss it.
    """
    drill.may_write = True
    nothing: frozenset[int] = frozenset()
    monkeypatch.setattr(CanaryRows, "found", lambda self, copy: Found(nothing, nothing, nothing))
    with pytest.raises(Failed, match=r"^the copy lacks what was acknowledged before the dump began: "):
        drill.carry_out(None)


def test_a_canary_that_was_held_up_measures_nothing(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The drill passes all the same, and says why.
    """
    drill.may_write = True

    def full(self: CanaryRows) -> None:
        self.broken = "disk full"

    monkeypatch.setattr(CanaryRows, "work", full)
    assert "; loss in rows was not measured: disk full; " in drill.carry_out(None).reason


def test_a_schema_that_a_killed_drill_left_goes_with_the_next(drill: RestoreDrill) -> None:
    """
    One that a drill writes in stays.
    """
    changed(drill.live, f"CREATE SCHEMA {SCHEMA}left", f"CREATE TABLE {SCHEMA}left.row (number int)")
    drill.may_write = True
    with canary_rows(drill.live, drill.scratch) as canary:
        assert canary is not None
        assert canary_schemas(drill) == [canary.schema]
        drill.carry_out(None)
        assert canary_schemas(drill) == [canary.schema]
    assert canary_schemas(drill) == []
