"""The rows in which two tables of a real PostgreSQL differ, by their keys."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from rollout.drill import differing_rows as module
from rollout.drill.differing_rows import differing_rows
from rollout.drill.fingerprint import Table
from tests.standin.test_boot import booted

pytestmark = pytest.mark.stack

TABLE = Table("public", "item")
Told = Callable[..., str]


@contextmanager
def pair(admin: str) -> Iterator[tuple[psycopg.Connection, psycopg.Connection]]:
    """Connections to two empty databases, which go again."""
    names = ("rows_was", "rows_now")
    with psycopg.connect(admin, autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {name}".encode())
    with ExitStack() as stack:
        was, now = (stack.enter_context(psycopg.connect(make_conninfo(admin, dbname=name))) for name in names)
        yield was, now


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The administrator of one PostgreSQL for all of them."""
    with booted(tmp_path_factory.mktemp("rows")) as state:
        yield state["postgres_admin_dsn"]


@pytest.fixture
def told(admin: str) -> Iterator[Told]:
    """What is said of two tables that are made by the same statements, and of which the second one is spoiled."""
    with pair(admin) as (was, now):

        def rows(*made: str, spoiled: tuple[str, ...]) -> str:
            for connection in (was, now):
                for statement in made:
                    connection.execute(statement.encode())
            for statement in spoiled:
                now.execute(statement.encode())
            return differing_rows(was, now, TABLE)

        yield rows


MADE = (
    "CREATE TABLE item (id int PRIMARY KEY, name text)",
    "INSERT INTO item SELECT n, 'item ' || n FROM generate_series(1, 5000) AS n",
)


def test_each_row_is_named_with_what_became_of_it(told: Told) -> None:
    """
    Changed, missing, or not there before, in the order of the keys.
    """
    assert told(
        *MADE,
        spoiled=(
            "UPDATE item SET name = 'Item 4711' WHERE id = 4711",
            "DELETE FROM item WHERE id = 17",
            "INSERT INTO item VALUES (9000, 'new')",
        ),
    ) == ("3 rows differ: id 17 is missing, id 4711 has changed, id 9000 was not there")


def test_the_list_is_bounded_and_the_number_is_whole(told: Told) -> None:
    """
    The first twenty, and how many more.
    """
    said = told(*MADE, spoiled=("UPDATE item SET name = name || '!' WHERE id <= 300",))
    assert said.startswith("300 rows differ: id 1 has changed, id 2 has changed, ")
    assert said.endswith("id 20 has changed and 280 more")


def test_where_too_many_could_differ_the_number_is_the_least(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Nobody reads a table of millions of rows for a number.
    """
    monkeypatch.setattr(module, "MOST_LOOKED_AT", 400)
    said = told(*MADE, spoiled=("UPDATE item SET name = name || '!'",))
    number = int(said.split()[2])
    assert said.startswith("at least ")
    assert 400 < number < 2000


def test_a_row_that_stands_there_twice_is_told(told: Told) -> None:
    """
    Where the copy lost its key.
    """
    twice = ("ALTER TABLE item DROP CONSTRAINT item_pkey", "INSERT INTO item VALUES (7, 'item 7')")
    assert told(*MADE, spoiled=twice) == "1 row differs: id 7 is there 2 times"


def test_a_key_of_several_columns_and_of_any_text_is_one_clean_line(told: Told) -> None:
    """
    The text of a key is anybody's: escape sequences go, and it is cut.
    """
    assert (
        told(
            'CREATE TABLE item (kind numeric, "na me" text, size int, PRIMARY KEY (kind, "na me"))',
            "INSERT INTO item VALUES (1.50, E'a\\x1b[31mb\\nc', 1), (2, repeat('x', 5000), 1), (3, 'same', 1)",
            spoiled=("UPDATE item SET size = 2 WHERE kind < 3",),
        )
        == f"2 rows differ: kind 1.50 na me ab c has changed, kind 2 na me {'x' * 40}… has changed"
    )


def test_rows_without_a_key_and_tables_of_other_columns_are_not_named(told: Told) -> None:
    """
    Their difference is told without.
    """
    assert told("CREATE TABLE item (id int)", spoiled=("INSERT INTO item VALUES (1)",)) == ""
    assert told(spoiled=("ALTER TABLE item ADD COLUMN more int",)) == ""
    assert told("DROP TABLE item", *MADE, spoiled=("ALTER TABLE item ADD COLUMN more int",)) == ""
    assert told(spoiled=("DROP TABLE item",)) == ""
