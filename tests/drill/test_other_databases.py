"""Live databases that differ from what `template0` makes, or that nobody could restore: none is accused of a difference."""

from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.preflight import Ready, remarks
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import Locale, connected
from tests.drill.live_database import catalogued, changed, entered, scratch_databases
from xcodereviewer.drills.restore import revision

APART = ("CREATE SCHEMA app", *(f"ALTER TABLE {name} SET SCHEMA app" for name in ("author", "book", "bare")))
LOOKS = "SELECT datlocprovider, datcollate, upper('ä') FROM pg_database WHERE datname = current_database()"


@pytest.mark.stack
@pytest.mark.parametrize(
    "statements",
    [
        (*APART, "DROP SCHEMA public"),
        ("DROP EXTENSION plpgsql",),
        (*APART, "DROP SCHEMA public", "CREATE SCHEMA public", "COMMENT ON SCHEMA public IS 'ours'"),
        ("DROP EXTENSION plpgsql", "CREATE EXTENSION plpgsql"),
    ],
    ids=["without public", "without plpgsql", "public made anew", "plpgsql made anew"],
)
def test_what_the_template_brings_accuses_no_live_database_without_it(
    drill: RestoreDrill, statements: tuple[str, ...]
) -> None:
    """
    It is dropped in the copy, and nobody misses it.
    """
    changed(drill.live, *statements)
    assert drill.carry_out(None).counts["rows"] == 553


@pytest.mark.stack
def test_a_role_that_may_not_drop_it_accuses_nobody(drill: RestoreDrill) -> None:
    """
    plpgsql belongs to the superuser of the server.
    """
    changed(
        drill.live,
        "DROP EXTENSION plpgsql",
        "DROP ROLE IF EXISTS maker",
        "CREATE ROLE maker LOGIN CREATEDB PASSWORD 'maker'",
    )
    changed(drill.live, "GRANT pg_read_all_data TO maker")
    drill.scratch = SecretStr(make_conninfo(drill.scratch.get_secret_value(), user="maker", password="maker"))
    with pytest.raises(
        CannotTell, match=r"^the live database has no extension plpgsql, and a new one cannot be without"
    ):
        drill.carry_out(None)


@pytest.mark.stack
def test_a_copy_orders_text_as_the_live_database_does(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    By the same provider, whichever the template has.
    """
    with psycopg.connect(drill.scratch.get_secret_value(), autocommit=True) as connection:
        connection.execute("DROP DATABASE live WITH (FORCE)")
        connection.execute("CREATE DATABASE live TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' ENCODING 'UTF8'")
    changed(drill.live, "CREATE TABLE word (text text PRIMARY KEY)", "INSERT INTO word VALUES ('ä'), ('Ä')")
    seen = []
    content = RestoreDrill.content

    def looked(self: RestoreDrill, dsn: object) -> object:
        with connected(dsn) as connection:  # type: ignore[arg-type]
            seen.extend(connection.execute(LOOKS).fetchall())
        return content(self, dsn)  # type: ignore[arg-type]

    monkeypatch.setattr(RestoreDrill, "content", looked)
    drill.carry_out(None)
    assert seen == [("c", "C", "ä")]


@pytest.mark.parametrize(
    ("locale", "options"),
    [
        (Locale("UTF8", "C", "C"), "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"),
        (Locale("UTF8", "C", "C", "c"), "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER 'libc'"),
        (
            Locale("UTF8", "C", "C", "i", "de", "&a < b"),
            "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER 'icu' ICU_LOCALE 'de' ICU_RULES '&a < b'",
        ),
        (
            Locale("UTF8", "C", "C", "b", "C.UTF-8"),
            "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER 'builtin' BUILTIN_LOCALE 'C.UTF-8'",
        ),
    ],
)
def test_the_provider_of_a_locale_is_named_where_the_server_knows_one(locale: Locale, options: str) -> None:
    """
    Before PostgreSQL 15 there is none.
    """
    assert locale.options().as_string() == options


@pytest.mark.stack
@pytest.mark.parametrize(
    "statements", [(), ("CREATE TABLE alembic_version (version_num text)",)], ids=["none", "empty"]
)
def test_a_live_database_without_a_revision_fails(drill: RestoreDrill, statements: tuple[str, ...]) -> None:
    """
    A copy of it is one that nobody can go on with.
    """
    changed(drill.live, *statements)
    drill.revision = revision
    with pytest.raises(Failed, match=r"^the live database tells no schema revision: nobody knows which release"):
        drill.carry_out(None)
    assert scratch_databases(drill) == []


@pytest.mark.stack
def test_half_a_list_of_large_objects_fails(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    Those that it does not name would come back without their data.
    """
    changed(drill.live, *(f"SELECT lo_from_bytea({9000 + n}, 'text')" for n in range(6)))
    catalogued(drill, tmp_path, kind="directory")
    (file,) = (tmp_path / "live.dump").glob("blobs_*.toc")
    lines = file.read_text(encoding="ascii").splitlines(keepends=True)
    file.write_text("".join(lines[:3]), encoding="ascii")
    with pytest.raises(Failed, match=r"^live.dump is not whole: 3 large objects of 6 without its file"):
        drill.carry_out(entered(tmp_path / "live.dump"))


def test_roles_that_the_server_lacks_are_named() -> None:
    """
    A superuser there is no better without them.
    """
    ready = Ready("pg_dump", "pg_restore", Locale("UTF8", "C", "C"), 5, False, True, ("app", "reader"))
    assert remarks(ready) == "; owners and grants were not compared: the server of drill_dsn does not know app, reader"
