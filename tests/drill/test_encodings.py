"""Live databases in other encodings than UTF-8: names with any letters are read, compared and told."""

import psycopg
import pytest
from pydantic import SecretStr

from rollout.drill.restore import RestoreDrill
from tests.drill.test_restore import spoiled

pytestmark = pytest.mark.stack
MADE = (
    'CREATE TABLE "bücher" ("schlüssel" serial PRIMARY KEY, titel text)',
    'CREATE TABLE "blätter" (buch int REFERENCES "bücher", seite text)',
    """INSERT INTO "bücher" (titel) SELECT 'Süße ' || n FROM generate_series(1, 40) AS n""",
    """INSERT INTO "blätter" SELECT 3, 'größer'""",
    """COMMENT ON TABLE "bücher" IS 'für alle'""",
    "SELECT lo_from_bytea(77, 'x')",
)


@pytest.fixture(params=["LATIN1", "SQL_ASCII", "EUC_JP"])
def encoded(request: pytest.FixtureRequest, drill: RestoreDrill) -> str:
    """The drill on a database in that encoding, with names that are not ASCII where it has letters for them."""
    encoding = str(request.param)
    with psycopg.connect(drill.scratch.get_secret_value(), autocommit=True) as connection:
        connection.execute("DROP DATABASE live WITH (FORCE)")
        connection.execute(f"CREATE DATABASE live TEMPLATE template0 LOCALE 'C' ENCODING '{encoding}'".encode())
    written(
        drill.live,
        *(MADE if encoding != "EUC_JP" else ('CREATE TABLE "書" (id serial)', 'INSERT INTO "書" DEFAULT VALUES')),
    )
    return encoding


def written(live: SecretStr, *statements: str) -> None:
    """Run statements in the live database as a client that writes UTF-8 does, whatever the database takes it for."""
    with psycopg.connect(live.get_secret_value(), client_encoding="UTF8") as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_a_true_copy_passes_in_each_encoding(drill: RestoreDrill, encoded: str) -> None:
    """
    With a sequence, a foreign key, a comment and a large object.
    """
    assert drill.carry_out(None).counts["table_count"] == (1 if encoded == "EUC_JP" else 2)


def test_another_letter_is_told_in_each_encoding(
    drill: RestoreDrill, encoded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where no encoding is known, a name is told byte by byte.
    """
    spoil, told = {
        "LATIN1": (
            """UPDATE "bücher" SET titel = 'Süsse 3' WHERE titel = 'Süße 3'""",
            "table public.bücher have changed",
        ),
        "SQL_ASCII": (
            """UPDATE "bücher" SET titel = 'Süsse 3' WHERE titel = 'Süße 3'""",
            "table public.bÃ¼cher have changed: 1 row differs: schlÃ¼ssel 3 has changed",
        ),
        "EUC_JP": ('ALTER TABLE "書" RENAME TO "本"', 'table is missing: public."書";'),
    }[encoded]
    monkeypatch.setenv("PGCLIENTENCODING", "UTF8")  # of what spoils the copy
    assert told in spoiled(drill, monkeypatch, spoil)
