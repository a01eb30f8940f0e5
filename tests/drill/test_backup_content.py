"""What a backup of a real database must hold, and what may be otherwise by now."""

import hashlib
import json
from pathlib import Path

import psycopg
import pytest

from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.restore import RestoreDrill
from rollout.target.settings import Backups
from tests.drill.live_database import catalogued, changed, entered

pytestmark = pytest.mark.stack
BY_ANOTHER_TOOL = """
SET session_replication_role = replica;
CREATE TABLE public.author (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.book (id serial PRIMARY KEY, author int REFERENCES public.author, title text);
CREATE TABLE public.bare (line text);
INSERT INTO public.author (name) VALUES ('author 1');
INSERT INTO public.book (author, title) VALUES (1, 'a'), (7, 'b'), (8, 'c'), (NULL, 'd');
"""

LEADS_ELSEWHERE = """
CREATE TABLE public.author (
COPY public.author (id) FROM stdin;
\\r
\\connect live
DROP TABLE public.book;
\\.
"""  # psql sends no statement before its parenthesis is closed, so these are no rows


def plain_sql(drill: RestoreDrill, folder: Path, text: str) -> Backups:
    """A catalogue with a backup of that text."""
    backups = catalogued(drill, folder, kind="plain")
    (folder / "backup.sql").write_text(text, encoding="utf-8")
    entry = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    entry["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "catalogue.json").write_text(json.dumps(entry), encoding="utf-8")
    return backups


def test_a_key_that_its_rows_break_fails(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    With triggers switched off a key is said to be validated, whatever was loaded; a row that names nothing is no such row.
    """
    with pytest.raises(Failed) as failed:
        drill.carry_out(plain_sql(drill, tmp_path, BY_ANOTHER_TOOL))
    assert str(failed.value) == (
        "backup backup.sql is not whole: 2 rows of public.book without the row that they name:"
        " FOREIGN KEY (author) REFERENCES public.author(id)"
    )


def test_plain_sql_leads_psql_nowhere_even_where_a_command_looks_like_a_row(
    drill: RestoreDrill, tmp_path: Path
) -> None:
    """
    psql itself refuses it; the live database is as it was.
    """
    with pytest.raises(CannotTell, match=r"backup\.sql:4: error: backslash commands are restricted"):
        drill.carry_out(plain_sql(drill, tmp_path, LEADS_ELSEWHERE))
    with psycopg.connect(drill.live.get_secret_value()) as connection:
        assert connection.execute("SELECT count(*) FROM public.book").fetchone() == (500,)


def test_keys_that_hold_are_held_by_every_row(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    Of several columns, of partitions, of a table to itself, and beside a table that inherits.
    """
    changed(
        drill.live,
        'CREATE TABLE "Shelf" (room int, "No" varchar(3), UNIQUE (room, "No"))',
        "INSERT INTO \"Shelf\" VALUES (1, 'a')",
        'CREATE TABLE placed (at date, room int, shelf text, FOREIGN KEY (room, shelf) REFERENCES "Shelf" (room, "No"))'
        " PARTITION BY RANGE (at)",
        "CREATE TABLE placed_1 PARTITION OF placed FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "INSERT INTO placed VALUES ('2026-02-03', 1, 'a'), ('2026-02-03', 9, NULL)",
        "ALTER TABLE author ADD teacher int REFERENCES author",
        "UPDATE author SET teacher = id - 1 WHERE id > 1",
        "CREATE TABLE old_book () INHERITS (book)",
        "INSERT INTO old_book (author, title) VALUES (9999, 'of nobody')",
    )
    assert "was restored, 557 rows" in drill.carry_out(catalogued(drill, tmp_path)).reason


def test_what_came_or_went_since_is_no_fault_of_a_backup(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    Large objects come as rows do, and a table that somebody made may be removed again.
    """
    changed(drill.live, "CREATE TABLE kept_for_a_day (line text)", "SELECT lo_from_bytea(0, 'before')")
    backups = catalogued(drill, tmp_path)
    changed(drill.live, "DROP TABLE kept_for_a_day", "SELECT lo_from_bytea(0, 'since')")
    assert "backup live.dump of 1.0 h ago was restored" in drill.carry_out(backups).reason


def test_a_table_without_a_row_in_a_backup_is_named(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    It may have been empty then, or have been left out: people have to know.
    """
    changed(drill.live, "CREATE TABLE later (line text)")
    backups = catalogued(drill, tmp_path)
    changed(drill.live, "INSERT INTO later VALUES ('since')")
    assert drill.carry_out(backups).reason.endswith(
        "was restored, 553 of 554 rows, none or hardly one in public.later (0 of 1)"
    )


def test_a_backup_without_data_of_a_database_that_has_some_proves_nothing(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    The row of the schema revision is no data, nor is what the vital tables lack; nobody knows whether there was any then.
    """
    changed(
        drill.live, "CREATE TABLE alembic_version (version_num text)", "INSERT INTO alembic_version VALUES ('0007')"
    )
    backups = catalogued(
        drill, tmp_path, options=[f"--exclude-table-data={each}" for each in ("author", "book", "bare")]
    )
    with pytest.raises(
        CannotTell,
        match=r"has no or hardly a row of the live database's in public\.author \(0 of 50\), public\.bare \(0 of 3\), public\.book",
    ):
        drill.carry_out(backups)
    some = catalogued(drill, tmp_path, options=["--exclude-table-data=bare"])
    assert "551 of 554 rows, none or hardly one in public.bare (0 of 3)" in drill.carry_out(some).reason
    drill.vital = ("public.bare",)
    with pytest.raises(
        CannotTell, match=r"a row of the live database's in public\.bare \(0 of 3\), 551 of 554 rows in all"
    ):
        drill.carry_out(some)


def test_an_index_or_a_view_that_was_made_since_is_a_remark(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    No row depends on it; what would let other rows in does accuse a backup.
    """
    backups = catalogued(drill, tmp_path)
    changed(drill.live, "CREATE INDEX by_hand ON book (title)", "CREATE VIEW report AS SELECT count(*) FROM book")
    said = drill.carry_out(backups).reason
    assert "was restored, 553 rows, made since or not in it: " in said
    assert (
        "index is missing: CREATE INDEX by_hand ON public.book USING btree (title), view is missing: public.report "
        in said
    )
    changed(drill.live, "CREATE UNIQUE INDEX only_once ON author (name)")
    with pytest.raises(
        Failed, match=r"is not whole: unique index is missing: CREATE UNIQUE INDEX only_once ON public\.author"
    ):
        drill.carry_out(backups)


GROWN = "INSERT INTO author (name) SELECT 'new' FROM generate_series(1, {})"


def test_a_backup_with_hardly_a_row_of_the_live_database_proves_nothing(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    It is one of another database with the same schema, as that of a staging: a hundredth of a vital table, or of all rows, is asked for.
    """
    backups = catalogued(drill, tmp_path)
    changed(drill.live, GROWN.format(4950))
    drill.vital = ("public.author",)
    assert drill.carry_out(backups).reason.endswith("was restored, 553 of 5,503 rows")
    changed(drill.live, GROWN.format(1))
    with pytest.raises(CannotTell) as told:
        drill.carry_out(backups)
    assert str(told.value) == (
        "backup live.dump has no or hardly a row of the live database's in public.author (50 of 5,001), 553 of 5,504 rows in all:"
        " it proves nothing; take a new backup, and see that it is one of this database"
    )
    drill.vital = ()
    assert drill.carry_out(backups).reason.endswith(
        "553 of 5,504 rows, none or hardly one in public.author (50 of 5,001)"
    )
    changed(drill.live, GROWN.format(50_000))
    with pytest.raises(CannotTell, match=r"public\.author \(50 of 55,001\), 553 of 55,504 rows in all"):
        drill.carry_out(backups)


def test_a_folder_of_which_a_file_lost_its_rows_fails(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    pg_restore exits with 0 and less rows.
    """
    catalogued(drill, tmp_path, kind="directory")
    largest = max((tmp_path / "live.dump").glob("[0-9]*.dat.gz"), key=lambda file: file.stat().st_size)
    largest.write_bytes(b"")
    with pytest.raises(Failed, match=rf"^live\.dump/{largest.name} was cut short: "):
        drill.carry_out(entered(tmp_path / "live.dump"))


def test_a_folder_of_which_a_compressed_large_object_was_cut_fails(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    pg_restore notices that, whatever the catalogue says.
    """
    changed(drill.live, "SELECT lo_from_bytea(0, convert_to(repeat('a page ', 999), 'UTF8'))")
    catalogued(drill, tmp_path, kind="directory")
    (cut,) = (tmp_path / "live.dump").glob("blob_*.dat.gz")
    cut.write_bytes(cut.read_bytes()[:30])
    with pytest.raises(Failed, match=r"^live\.dump could not be restored: "):
        drill.carry_out(entered(tmp_path / "live.dump"))


def test_a_folder_whose_large_object_was_cut_since_it_was_written_fails(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    pg_restore exits with 0, and the file has no end that could be missed: only the SHA-256 of the folder tells.
    """
    changed(drill.live, "SELECT lo_from_bytea(0, convert_to(repeat('a page ', 999), 'UTF8'))")
    backups = catalogued(drill, tmp_path, kind="directory", options=("--compress=0",))
    (cut,) = (tmp_path / "live.dump").glob("blob_*.dat")
    cut.write_bytes(cut.read_bytes()[:99])
    with pytest.raises(Failed, match=r"^live\.dump is not what was written: its SHA-256 \(of a folder: sha256sum "):
        drill.carry_out(backups)
