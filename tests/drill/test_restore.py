"""The restore drill against a real PostgreSQL: an exact copy passes, and each way in which a copy can differ is told."""

import hashlib
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from rollout.drill import original, restore
from rollout.drill.content import Content, content_of
from rollout.drill.fingerprint import fingerprints
from rollout.drill.outcome import CannotTell, Failed, Passed
from rollout.drill.restore import RestoreDrill
from rollout.drill.scratch import remove
from rollout.target.settings import Backups
from tests.drill.live_database import catalogued, changed, scratch_databases
from tests.standin.test_boot import State

pytestmark = pytest.mark.stack

TYPES = {
    "integer": ("1", "2"),
    "text": ("'letter'", "'Letter'"),
    "numeric": ("1.0", "1.00"),
    "double precision": ("0.1", "0.10000000000000002"),
    "timestamptz": ("'2026-01-01 00:00:00.000001+00'", "'2026-01-01 00:00:00.000002+00'"),
    "interval": ("'1 day'", "'24 hours'"),
    "json": ("""'{"a": 1}'""", """'{"a":1}'"""),
    "jsonb": ("""'{"a": 1}'""", """'{"a": 1.0}'"""),
    "bytea": (r"'\x00ff'", r"'\x00fe'"),
    "uuid": ("'00000000-0000-0000-0000-000000000001'", "'00000000-0000-0000-0000-000000000002'"),
    "point": ("'(1,2)'", "'(1,3)'"),
    "tsvector": ("'a b'", "'a c'"),
    "text[]": ("'{a,b}'", "'{a,B}'"),
    "char(4)": ("'a'", "'b'"),
}


def spoiled(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch, *statements: str) -> str:
    """What a drill says where the copy is spoiled by *statements* before it is compared."""
    looked = RestoreDrill.content

    def after(self: RestoreDrill, dsn: SecretStr) -> tuple[Content, str | None]:
        with psycopg.connect(dsn.get_secret_value()) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        return looked(self, dsn)

    monkeypatch.setattr(RestoreDrill, "content", after)
    with pytest.raises(Failed) as failed:
        drill.carry_out(None)
    return str(failed.value).removeprefix("the copy is not the original: ")


def test_a_true_copy_passes_and_leaves_nothing(drill: RestoreDrill) -> None:
    """
    Every row is counted, each step has its time, and the scratch database is gone.
    """
    passed = drill.carry_out(None)
    assert passed.reason == (
        "a copy of 553 rows in 3 tables is the same to the letter;"
        " loss in rows was not measured: that needs the permission write;"
        " no file of a backup is named, so none was restored"
    )
    assert passed.counts["rows"] == 553
    assert passed.counts["sequence_count"] == 2
    assert list(drill.course.times) == ["preflight", "dump", "restore", "compare", "find the backup"]
    assert scratch_databases(drill) == []


def test_writes_meanwhile_change_nothing(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Dump and fingerprints are of one snapshot: what is written between them is in neither.
    """

    def later(connection: psycopg.Connection, *more: object) -> Content:
        if connection.info.dbname == "live":
            changed(drill.live, "INSERT INTO bare VALUES ('meanwhile')")
        return content_of(connection)

    monkeypatch.setattr(restore, "content_of", later)
    assert drill.carry_out(None).counts["rows"] == 553


def test_what_is_written_before_the_dump_begins_is_in_neither(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The dump is of the exported snapshot and not of its own first moment.
    """
    ran = vars(restore)["run"]

    def later(argv: list[str], *more: Any, **options: Any) -> object:
        if "--format=directory" in argv:
            changed(drill.live, "INSERT INTO bare VALUES ('meanwhile')")
        return ran(argv, *more, **options)

    monkeypatch.setattr(restore, "run", later)
    assert drill.carry_out(None).counts["rows"] == 553
    with psycopg.connect(drill.live.get_secret_value()) as connection:
        assert connection.execute("SELECT count(*) FROM bare WHERE line = 'meanwhile'").fetchone() == (1,)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "UPDATE author SET name = 'Author 7' WHERE id = 7",
            "rows of table public.author have changed: 1 row differs: id 7 has changed",
        ),
        (
            "DELETE FROM book WHERE id IN (7, 499)",
            "table public.book has 498 rows instead of 500: 2 rows differ: id 7 is missing, id 499 is missing",
        ),
        (
            "UPDATE bare SET line = 'once' WHERE ctid = (SELECT min(ctid) FROM bare)",
            "rows of table public.bare have changed",
        ),
        ("SELECT setval('loose', 7)", "sequence public.loose is at 7, public.numbered.id at 40"),
        ("SELECT setval('book_id_seq', 7)", "sequence public.book_id_seq is at 7, public.book.id at 500"),
        (
            "ALTER TABLE book DROP CONSTRAINT book_author_fkey",
            "constraint is missing: public.book FOREIGN KEY (author) REFERENCES public.author(id)",
        ),
        (
            "DELETE FROM cart WHERE id = 7",
            "table public.cart has 39 rows instead of 40: 1 row differs: id 7 is missing",
        ),
        ("ALTER SEQUENCE loose INCREMENT 5", "sequence is missing: public.loose "),
        ("ALTER TABLE book DISABLE TRIGGER looked", "trigger is missing: CREATE TRIGGER looked"),
        (
            "ALTER TABLE cart ALTER id SET GENERATED BY DEFAULT",
            "column is missing: public.cart.id bigint not null identity always",
        ),
        ('ALTER TABLE book ALTER title TYPE text COLLATE "C"', "column was not there: public.book.title text collate"),
        ("ALTER TABLE young NO INHERIT author", "parent is missing: public.young of public.author"),
        ("DROP RULE kept ON bare", "rule is missing: public.bare "),
        ("SELECT lo_put(1234567, 1500000, 'x')", "large object is missing: 1234567 "),
        ("ALTER TYPE mood RENAME VALUE 'sad' TO 'Sad'", "type is missing: public.mood "),
        ("ALTER POLICY own ON author USING (id < 8)", "policy is missing: public.author own "),
        ("ALTER TABLE author DISABLE ROW LEVEL SECURITY", "row security is missing: public.author"),
        ("GRANT CREATE ON SCHEMA public TO public", "grant was not there: schema public CREATE to public by "),
        (
            "GRANT SELECT (title) ON book TO public",
            "grant was not there: public.book.title SELECT to public by postgres",
        ),
        (
            "REVOKE EXECUTE ON FUNCTION one() FROM public",
            "grant is missing: function public.one() EXECUTE to public by postgres",
        ),
        ("GRANT SELECT ON book TO public", "grant was not there: public.book SELECT to public by postgres"),
        ("ALTER TABLE author ALTER name DROP NOT NULL", "column is missing: public.author.name text not null"),
        ("DROP TABLE bare", "table is missing: public.bare; column is missing: public.bare.line text"),
    ],
)
def test_each_difference_is_told(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch, statement: str, told: str
) -> None:
    """
    A letter, a lost row, a duplicate that moved, a sequence behind, a missing key, a type, a policy, a grant, a table that is gone.
    """
    changed(
        drill.live,
        "SELECT lo_from_bytea(1234567, decode(repeat('00', 2000000), 'hex'))",
        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        "CREATE POLICY own ON author USING (id < 7)",
        "ALTER TABLE author ENABLE ROW LEVEL SECURITY",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SEQUENCE loose",
        "CREATE UNLOGGED TABLE cart (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)",
        "INSERT INTO cart SELECT FROM generate_series(1, 40)",
        "CREATE TABLE young () INHERITS (author)",
        "CREATE RULE kept AS ON DELETE TO bare DO INSTEAD NOTHING",
        "CREATE TRIGGER looked BEFORE UPDATE ON book FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE TABLE numbered (id bigint PRIMARY KEY DEFAULT nextval('loose'))",
        "INSERT INTO numbered SELECT FROM generate_series(1, 40)",
    )
    assert told in spoiled(drill, monkeypatch, statement)
    assert scratch_databases(drill) == []


def test_one_letter_in_each_type_of_column_is_found_and_its_row_named(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    All of them in one copy: the reason tells the first few and how many more, the list every one.
    """
    names = [f"typed_{number}" for number in range(len(TYPES))]
    for name, (kind, (good, _)) in zip(names, TYPES.items(), strict=True):
        changed(drill.live, f"CREATE TABLE {name} (id int PRIMARY KEY, value {kind})")
        changed(drill.live, f"INSERT INTO {name} SELECT n, {good} FROM generate_series(1, 40) AS n")
    spoil = [
        f"UPDATE {name} SET value = {bad} WHERE id = 17" for name, (_, bad) in zip(names, TYPES.values(), strict=True)
    ]
    with_few = spoiled(drill, monkeypatch, *spoil)
    assert with_few.endswith(f" and {len(TYPES) - 3} more")
    with pytest.raises(Failed) as failed:
        drill.carry_out(None)
    assert sorted(failed.value.listed) == sorted(
        f"rows of table public.{name} have changed: 1 row differs: id 17 has changed" for name in names
    )


def test_rows_that_cannot_be_named_are_told_all_the_same(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The connection that keeps the snapshot may be gone by then.
    """

    def gone(*_: object) -> str:
        raise psycopg.OperationalError("terminating connection due to conflict with recovery")

    monkeypatch.setattr(original, "differing_rows", gone)
    told = spoiled(drill, monkeypatch, "UPDATE author SET name = 'Author 7' WHERE id = 7")
    assert told == "rows of table public.author have changed"


def test_a_sequence_that_is_behind_in_the_live_database_too_is_no_fault_of_the_copy(drill: RestoreDrill) -> None:
    """
    Rows whose numbers were given by hand are copied as they are.
    """
    changed(drill.live, "INSERT INTO author VALUES (9000, 'by hand')")
    assert drill.carry_out(None).counts["rows"] == 554


@pytest.mark.parametrize("kind", TYPES)
def test_one_letter_of_any_type_changes_the_fingerprint(database: SecretStr, kind: str) -> None:
    """
    Values that PostgreSQL calls equal and that look different count as different too.
    """
    good, bad = TYPES[kind]
    with psycopg.connect(database.get_secret_value()) as connection:
        connection.execute(f"CREATE TABLE typed (value {kind})".encode())
        connection.execute(f"INSERT INTO typed VALUES ({good}), ({good}), (NULL)".encode())
        before = fingerprints(connection)
        assert fingerprints(connection) == before
        connection.execute(f"UPDATE typed SET value = {bad} WHERE ctid = (SELECT min(ctid) FROM typed)".encode())
        changed = {table.name for table, found in fingerprints(connection).items() if found != before[table]}
        connection.rollback()
    assert changed == {"typed"}


def test_a_value_that_two_rows_exchanged_changes_the_fingerprint(database: SecretStr) -> None:
    """
    Each value is still there, in another row: sums over the columns would be the same.
    """
    exchange = (
        "UPDATE author SET name = other.name FROM author AS other WHERE (author.id, other.id) IN ((%s, %s), (%s, %s))"
    )
    with psycopg.connect(database.get_secret_value()) as connection:
        before = fingerprints(connection)
        for one in range(1, 50, 2):
            with connection.transaction(force_rollback=True):
                connection.execute(exchange, (one, one + 1, one + 1, one))
                changed = {table.name for table, found in fingerprints(connection).items() if found != before[table]}
            assert changed == {"author"}, f"rows {one} and {one + 1}"


def test_an_empty_database_proves_nothing(drill: RestoreDrill) -> None:
    """
    No row verified is never a pass.
    """
    changed(drill.live, "TRUNCATE author, book, bare")
    with pytest.raises(CannotTell, match="has no row: a copy of nothing proves nothing"):
        drill.carry_out(None)


def test_a_role_that_may_create_no_database_is_told(running: State, drill: RestoreDrill) -> None:
    """
    It says nothing about the backup.
    """
    drill.scratch = SecretStr(running["postgres_dsn"])
    with pytest.raises(CannotTell, match="the role of drill_dsn may not create databases"):
        drill.carry_out(None)


def test_a_role_that_is_no_superuser_restores_all_but_owners_and_grants(running: State, drill: RestoreDrill) -> None:
    """
    It is enough, and what was not compared is said.
    """
    admin = running["postgres_admin_dsn"]
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS maker")
        connection.execute("CREATE ROLE maker LOGIN CREATEDB PASSWORD 'maker'")
        try:
            drill.scratch = SecretStr(make_conninfo(admin, user="maker", password="maker"))
            assert "owners and grants were not compared" in drill.carry_out(None).reason
        finally:
            connection.execute("DROP ROLE maker")


def test_programs_that_are_not_there_are_told(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    The way out is in the line.
    """
    drill.programs = tmp_path
    with pytest.raises(CannotTell, match=r"^pg_dump is not in .*: install PostgreSQL's client programs"):
        drill.carry_out(None)


def with_backup(drill: RestoreDrill, backups: Backups) -> Passed:
    """How the drill ends."""
    try:
        return drill.carry_out(backups)
    finally:
        assert scratch_databases(drill) == []


def test_the_newest_backup_is_restored_too(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    It may have other rows than the live database has by now.
    """
    backups = catalogued(drill, tmp_path)
    changed(drill.live, "DELETE FROM book WHERE id > 400")
    assert with_backup(drill, backups).reason == (
        "a copy of 453 rows in 3 tables is the same to the letter;"
        " loss in rows was not measured: that needs the permission write;"
        " backup live.dump of 1.0 h ago was restored, 553 rows"
    )


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("directory", "backup live.dump of 1.0 h ago was restored, 553 rows"),
        ("tar", "backup live.dump of 1.0 h ago was restored, 553 rows"),
        (
            "plain",
            "backup backup.sql of 1.0 h ago was restored, 553 rows, plain SQL that psql loaded and pg_restore would refuse",
        ),
    ],
)
def test_a_backup_of_each_kind_is_restored(drill: RestoreDrill, tmp_path: Path, kind: str, told: str) -> None:
    """
    The plan's procedure hands plain SQL to pg_restore, which does not read it: that is said.
    """
    assert with_backup(drill, catalogued(drill, tmp_path, kind=kind)).reason.endswith(f"; {told}")


def test_half_a_backup_in_plain_sql_fails(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    psql alone would load the first half and exit with 0.
    """
    with pytest.raises(Failed, match=r"^backup\.sql was cut short: "):
        with_backup(drill, catalogued(drill, tmp_path, kind="plain", cut=True))


def test_an_error_in_plain_sql_is_the_end_of_it(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    Rows that do not fit together: nothing of the file counts as restored.
    """
    backups = catalogued(drill, tmp_path, kind="plain")
    file = tmp_path / "backup.sql"
    file.write_text(file.read_text(encoding="utf-8").replace("\n3\tauthor 3\n", "\n2\tauthor 3\n"), encoding="utf-8")
    entry = json.loads((tmp_path / "catalogue.json").read_text(encoding="utf-8"))
    entry["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (tmp_path / "catalogue.json").write_text(json.dumps(entry), encoding="utf-8")
    with pytest.raises(Failed, match=r"^backup\.sql could not be restored: .*could not create unique index"):
        with_backup(drill, backups)


def test_half_a_backup_fails(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    Whatever the catalogue says of it.
    """
    with pytest.raises(Failed, match=r"^live\.dump could not be restored: "):
        with_backup(drill, catalogued(drill, tmp_path, cut=True))


def test_a_backup_without_a_key_fails(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    What the live database has at the same revision the backup must have.
    """
    changed(drill.live, "ALTER TABLE book DROP CONSTRAINT book_author_fkey")
    backups = catalogued(drill, tmp_path)
    changed(drill.live, "ALTER TABLE book ADD FOREIGN KEY (author) REFERENCES author")
    with pytest.raises(
        Failed, match=r"^backup live\.dump is not whole: constraint is missing: public\.book FOREIGN KEY"
    ):
        with_backup(drill, backups)


def test_a_partition_that_came_after_the_backup_is_no_fault_of_it(drill: RestoreDrill, tmp_path: Path) -> None:
    """
    Partitions come and go with the days; a copy of now has to have them all the same.
    """
    changed(drill.live, "CREATE TABLE day (at date) PARTITION BY RANGE (at)")
    backups = catalogued(drill, tmp_path)
    changed(drill.live, "CREATE TABLE day_1 PARTITION OF day FOR VALUES FROM ('2026-01-01') TO ('2026-01-02')")
    assert with_backup(drill, backups).counts["table_count"] == 5


def test_nobody_can_tell_of_a_backup_of_another_revision_without_the_application(
    drill: RestoreDrill, tmp_path: Path
) -> None:
    """
    Its tables may be others, and the application may not know it; one without any revision fails.
    """
    backups = catalogued(drill, tmp_path)
    changed(drill.live, "CREATE TABLE more (id int)", "INSERT INTO more VALUES (1)")

    def revision(connection: psycopg.Connection) -> str | None:
        return "0002" if connection.execute("SELECT to_regclass('public.more')").fetchone() != (None,) else older

    drill.revision, older = revision, "0001"
    with pytest.raises(CannotTell) as told:
        with_backup(drill, backups)
    assert str(told.value) == (
        "backup live.dump is at revision 0001 where the live database is at 0002, and nobody tried whether the application"
        " knows that: take a backup at 0002, or name the command in `drill_application`"
    )
    older = ""
    drill.revision = lambda connection: revision(connection) or None
    with pytest.raises(Failed, match="is not whole: it has no schema revision"):
        with_backup(drill, backups)


def test_only_scratch_databases_are_ever_removed(drill: RestoreDrill) -> None:
    """
    A name without the prefix is refused before anybody is asked.
    """
    with pytest.raises(ValueError, match="'live' is no scratch database"):
        remove(drill.scratch, "live")
