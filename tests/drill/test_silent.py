"""An event trigger of the live database fires in no connection of a drill to a copy, and in those of the application."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import Locale, loud, scratch_database, silent
from tests.drill.live_database import changed

ADDRESS = SecretStr("host=/run user=me dbname=copy")
LOCALE = Locale("UTF8", "C", "C")
WRITES_AT_LOGIN = (
    "CREATE TABLE signed_in (who text)",
    """CREATE FUNCTION sign() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO public.signed_in VALUES (session_user); END $$""",
    "CREATE EVENT TRIGGER signs ON login EXECUTE FUNCTION sign()",
    "ALTER EVENT TRIGGER signs ENABLE ALWAYS",
)


@pytest.mark.stack
def test_one_that_writes_at_each_login_accuses_no_copy(drill: RestoreDrill) -> None:
    """
    The connection that compares the copy would be a row more in it.
    """
    changed(drill.live, *WRITES_AT_LOGIN)
    assert "is the same to the letter" in drill.carry_out(None).reason


@pytest.mark.stack
def test_a_role_that_may_not_prevent_it_is_let_in(drill: RestoreDrill) -> None:
    """
    PostgreSQL refuses the option to all but superusers; those alone restore an event trigger.
    """
    changed(drill.live, "DROP ROLE IF EXISTS plain", "CREATE ROLE plain LOGIN CREATEDB PASSWORD 'plain'")
    plain = SecretStr(make_conninfo(drill.scratch.get_secret_value(), user="plain", password="plain"))
    for dsn, found in ((plain, "on"), (drill.scratch, "off")):
        with scratch_database(dsn, LOCALE) as scratch, psycopg.connect(scratch.dsn.get_secret_value()) as connection:
            assert connection.execute("SHOW event_triggers").fetchone() == (found,)


@pytest.mark.parametrize("options", [None, "-c geqo=off"])
def test_an_application_connects_as_it_will_in_production(options: str | None) -> None:
    """
    Its clients may know no options in an address, and its event triggers are part of it.
    """
    address = SecretStr(make_conninfo(ADDRESS.get_secret_value(), options=options))
    assert loud(silent(address)) == address
    assert "event_triggers=off" in silent(address).get_secret_value()
