"""The shape of a real database and of its copy: what comes out of a dump otherwise, and is the same, accuses no copy."""

import pytest

from rollout.drill.restore import RestoreDrill
from tests.drill.live_database import changed

pytestmark = pytest.mark.stack
ONE_OF_TWO = "title IN ('book', 'journal')"
AS_VARCHAR = "ALTER TABLE book ALTER title TYPE varchar(40)"
SPELLED = (
    AS_VARCHAR,
    f"ALTER TABLE book ADD CHECK ({ONE_OF_TWO})",
    f"CREATE INDEX one_of_two ON book (author) WHERE {ONE_OF_TWO}",
    f"CREATE VIEW books AS SELECT id, title FROM book WHERE {ONE_OF_TWO}",
    f"ALTER TABLE book ADD known boolean GENERATED ALWAYS AS ({ONE_OF_TWO}) STORED",
    "CREATE FUNCTION unchanged() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    f"""CREATE TRIGGER looked BEFORE UPDATE OF title ON book
        FOR EACH ROW WHEN (NEW.{ONE_OF_TWO}) EXECUTE FUNCTION unchanged()""",
    f"CREATE FUNCTION known(title varchar) RETURNS boolean LANGUAGE sql BEGIN ATOMIC SELECT {ONE_OF_TWO}; END",
)


def test_a_definition_that_is_told_otherwise_after_a_restore_accuses_no_copy(drill: RestoreDrill) -> None:
    """
    An IN of a varchar, in a constraint, an index, a view, a generated column, a trigger and a function.
    """
    changed(drill.live, *SPELLED)
    assert drill.carry_out(None).counts["view_count"] == 1


def test_a_grant_that_was_taken_back_accuses_no_copy(drill: RestoreDrill) -> None:
    """
    What is left then is what the owner may anyhow, which stands in no dump.
    """
    changed(drill.live, "GRANT SELECT ON book TO public", "REVOKE SELECT ON book FROM public")
    assert drill.carry_out(None).counts["rows"] == 553


def test_an_index_that_is_not_valid_accuses_no_copy(drill: RestoreDrill) -> None:
    """
    One is just being built without a lock, or could not be: it is in no dump.
    """
    changed(drill.live, "CREATE INDEX building ON book (title)")
    changed(drill.live, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'building'::regclass")
    assert drill.carry_out(None).counts["rows"] == 553


@pytest.mark.parametrize("setting", ["standard_conforming_strings = off", "quote_all_identifiers = on"])
def test_a_setting_of_the_live_database_that_spells_definitions_accuses_no_copy(
    drill: RestoreDrill, setting: str
) -> None:
    """
    No dump holds the settings of a database, so the copy has those of its server.
    """
    changed(
        drill.live,
        r"CREATE TABLE coded (code text DEFAULT E'a\\b' CHECK (code ~ E'^\\d|a'))",
        "INSERT INTO coded VALUES (DEFAULT)",
        f"ALTER DATABASE live SET {setting}",
    )
    assert "is the same to the letter" in drill.carry_out(None).reason
