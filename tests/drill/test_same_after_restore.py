"""Healthy databases whose copy PostgreSQL describes otherwise, or of which no dump holds a part: none is accused."""

import psycopg
import pytest

from rollout.drill.restore import RestoreDrill
from tests.drill.live_database import changed
from tests.drill.test_restore import spoiled

pytestmark = pytest.mark.stack
BETWEEN = "author BETWEEN 1 AND 60 AND id NOT BETWEEN -9 AND -1"
HEALTHY = {
    "BETWEEN before AND": (
        f"ALTER TABLE book ADD CONSTRAINT ranged CHECK ({BETWEEN})",
        f"CREATE VIEW ranged_books AS SELECT * FROM book WHERE {BETWEEN}",
        f"CREATE POLICY ranged ON book USING ({BETWEEN}) WITH CHECK ({BETWEEN})",
        f"CREATE INDEX ranged_index ON book (title) WHERE {BETWEEN}",
        f"CREATE FUNCTION ranged(author int, id int) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT {BETWEEN}; END",
    ),
    "the default of a domain": (
        "SET search_path = public",
        "CREATE TYPE mood AS ENUM ('calm', 'wild')",
        "CREATE DOMAIN usual AS mood DEFAULT 'calm'",
        "CREATE FUNCTION three() RETURNS int LANGUAGE sql AS 'SELECT 3'",
        "CREATE DOMAIN thrice AS int DEFAULT three()",
    ),
    "roles of a policy in another order": ("CREATE POLICY shared ON author TO mia, zoe, adam",),
    "collations that were imported": (
        "CREATE COLLATION pg_catalog.imported (provider = libc, locale = 'C')",
        "COMMENT ON COLLATION pg_catalog.imported IS 'x'",
    ),
    "a comment on plpgsql": ("COMMENT ON EXTENSION plpgsql IS 'ours'",),
    "a replica identity whose index is gone": (
        "CREATE UNIQUE INDEX told_by ON author (name)",
        "ALTER TABLE author ALTER name SET NOT NULL",
        "ALTER TABLE author REPLICA IDENTITY USING INDEX told_by",
        "DROP INDEX told_by",
    ),
    "objects of an extension": (
        "CREATE SCHEMA made",
        "ALTER EXTENSION plpgsql ADD SCHEMA made",
        "CREATE TABLE of_plpgsql (id int)",
        "ALTER EXTENSION plpgsql ADD TABLE of_plpgsql",
        "CREATE INDEX on_it ON of_plpgsql (id)",
        "COMMENT ON INDEX on_it IS 'x'",
        "COMMENT ON SCHEMA made IS 'x'",
    ),
}
TEMPORARY = (
    "CREATE TEMPORARY TABLE passing (id int PRIMARY KEY)",
    "COMMENT ON TABLE passing IS 'x'",
    "COMMENT ON COLUMN passing.id IS 'x'",
    "COMMENT ON CONSTRAINT passing_pkey ON passing IS 'x'",
    "COMMENT ON INDEX pg_temp.passing_pkey IS 'x'",
    "CREATE FUNCTION pg_temp.one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "COMMENT ON FUNCTION pg_temp.one() IS 'x'",
)


@pytest.fixture
def roles(drill: RestoreDrill) -> None:
    """Three roles, made in another order than that of their names."""
    with psycopg.connect(drill.scratch.get_secret_value()) as connection:
        for name in ("zoe", "adam", "mia"):
            connection.execute(f"DROP ROLE IF EXISTS {name}".encode())
            connection.execute(f"CREATE ROLE {name}".encode())


@pytest.mark.usefixtures("roles")
@pytest.mark.parametrize("statements", HEALTHY.values(), ids=HEALTHY)
def test_what_no_restore_keeps_as_it_is_accuses_no_copy(drill: RestoreDrill, statements: tuple[str, ...]) -> None:
    """
    Another wording of the same, another order without meaning, and what is in no dump.
    """
    changed(drill.live, *statements)
    assert drill.carry_out(None).counts["rows"] == 553


def test_a_table_of_one_session_accuses_no_copy(drill: RestoreDrill) -> None:
    """
    It ends with that session, with what is said about it.
    """
    with psycopg.connect(drill.live.get_secret_value(), autocommit=True) as session:
        for statement in TEMPORARY:
            session.execute(statement.encode())
        assert drill.carry_out(None).counts["rows"] == 553


@pytest.mark.usefixtures("roles")
@pytest.mark.parametrize(
    ("before", "spoil", "told"),
    [
        (
            "BETWEEN before AND",
            (
                "ALTER TABLE book DROP CONSTRAINT ranged",
                "ALTER TABLE book ADD CONSTRAINT ranged CHECK (author BETWEEN 1 AND 61 AND id NOT BETWEEN -9 AND -1)",
            ),
            "constraint is missing: public.book CHECK",
        ),
        ("the default of a domain", ("ALTER DOMAIN usual SET DEFAULT 'wild'",), "type is missing: public.usual"),
        (
            "roles of a policy in another order",
            ("ALTER POLICY shared ON author TO zoe, adam",),
            "policy is missing: public.author shared",
        ),
    ],
)
def test_another_meaning_is_told_all_the_same(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch, before: str, spoil: tuple[str, ...], told: str
) -> None:
    """
    One number, one value, one role.
    """
    changed(drill.live, *HEALTHY[before])
    assert told in spoiled(drill, monkeypatch, *spoil)
