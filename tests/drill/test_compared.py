"""What besides rows a copy is compared by: each object of the catalogue that a restore may change is told."""

from contextlib import suppress

import psycopg
import pytest

from rollout.drill.outcome import Failed
from rollout.drill.restore import RestoreDrill
from rollout.drill.sequences import Position, put_back
from tests.drill.live_database import changed
from tests.drill.test_restore import spoiled

pytestmark = pytest.mark.stack
SEQUENCES = {
    "of a numeric column": (
        [
            "CREATE SEQUENCE s1",
            "CREATE TABLE t1 (id numeric PRIMARY KEY DEFAULT nextval('s1'))",
            "INSERT INTO t1 SELECT FROM generate_series(1, 40)",
        ],
        "SELECT setval('s1', 3)",
        "sequence public.s1 is at 3, public.t1.id at 40",
    ),
    "of a column of text": (
        [
            "CREATE SEQUENCE s2",
            "CREATE TABLE t2 (id text PRIMARY KEY DEFAULT 'A' || nextval('s2'))",
            "INSERT INTO t2 SELECT FROM generate_series(1, 40)",
        ],
        "SELECT setval('s2', 3)",
        "sequence public.s2 is at 3 instead of 40",
    ),
    "of a domain": (
        [
            "CREATE DOMAIN ident AS bigint",
            "CREATE SEQUENCE s3",
            "CREATE TABLE t3 (id ident PRIMARY KEY DEFAULT nextval('s3'))",
            "INSERT INTO t3 SELECT FROM generate_series(1, 40)",
        ],
        "SELECT setval('s3', 3)",
        "sequence public.s3 is at 3, public.t3.id at 40",
    ),
    "of a domain over a domain": (
        [
            "CREATE DOMAIN inner_ident AS bigint",
            "CREATE DOMAIN outer_ident AS inner_ident",
            "CREATE SEQUENCE s7",
            "CREATE TABLE t7 (id outer_ident PRIMARY KEY DEFAULT nextval('s7'))",
            "INSERT INTO t7 SELECT FROM generate_series(1, 40)",
        ],
        "SELECT setval('s7', 3)",
        "sequence public.s7 is at 3, public.t7.id at 40",
    ),
    "that counts downwards": (
        [
            "CREATE TABLE t4 (id int GENERATED ALWAYS AS IDENTITY (INCREMENT -1 MINVALUE -1000 MAXVALUE -1 START -1) PRIMARY KEY)",
            "INSERT INTO t4 SELECT FROM generate_series(1, 40)",
        ],
        "SELECT setval('t4_id_seq', -3)",
        "sequence public.t4_id_seq is at -3, public.t4.id at -40",
    ),
    "that stands alone": (
        ["CREATE SEQUENCE s5", "SELECT nextval('s5') FROM generate_series(1, 40)"],
        "SELECT setval('s5', 1, false)",
        "sequence public.s5 is at 0 instead of 40",
    ),
    "that ran on": (["CREATE SEQUENCE s6"], "SELECT setval('s6', 9)", "sequence public.s6 is at 9 instead of 0"),
}
OBJECTS = {
    "an empty schema": (["CREATE SCHEMA empty_one"], "DROP SCHEMA empty_one", "schema is missing: empty_one"),
    "the data of a materialized view": (
        ["CREATE MATERIALIZED VIEW kept AS SELECT * FROM author"],
        "REFRESH MATERIALIZED VIEW kept WITH NO DATA",
        "view was not there: public.kept without data",
    ),
    "an aggregate": (
        ["CREATE AGGREGATE added (int) (sfunc = int4pl, stype = int, initcond = '0')"],
        "CREATE OR REPLACE AGGREGATE added (int) (sfunc = int4pl, stype = int, initcond = '1')",
        "aggregate is missing: public.added(integer) ",
    ),
    "a comment": (
        ["COMMENT ON TABLE author IS 'x'"],
        "COMMENT ON TABLE author IS 'y'",
        "comment is missing: table public.author ",
    ),
    "a comment on a column": (
        ["COMMENT ON COLUMN book.title IS 'x'"],
        "COMMENT ON COLUMN book.title IS NULL",
        "comment is missing: table column public.book.title ",
    ),
    "an event trigger": (
        [
            "CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
            "CREATE EVENT TRIGGER evt ON ddl_command_start EXECUTE FUNCTION ev()",
        ],
        "ALTER EVENT TRIGGER evt DISABLE",
        "event trigger is missing: evt ",
    ),
    "an attribute of a composite type": (
        ["CREATE TYPE pair AS (a int)"],
        "ALTER TYPE pair ADD ATTRIBUTE b int",
        "type is missing: public.pair ",
    ),
    "a range type": (
        ["CREATE TYPE span AS RANGE (subtype = float8)"],
        "ALTER TYPE span RENAME TO spin",
        "type is missing: public.span ",
    ),
    "extended statistics": (
        ["CREATE STATISTICS st ON author, title FROM book"],
        "DROP STATISTICS st",
        "statistics is missing: public.st ",
    ),
    "a publication": (
        ["CREATE PUBLICATION pub FOR TABLE author"],
        "ALTER PUBLICATION pub ADD TABLE book",
        "publication is missing: pub ",
    ),
    "a collation": (
        ["CREATE COLLATION plain (provider = libc, locale = 'C')"],
        "DROP COLLATION plain",
        "object is missing: collation public.plain",
    ),
    "a cast": (
        ["CREATE TYPE one AS (a int)", "CREATE CAST (one AS text) WITH INOUT"],
        "DROP CAST (one AS text)",
        "object is missing: cast (public.one AS pg_catalog.text)",
    ),
    "the replica identity": ([], "ALTER TABLE book REPLICA IDENTITY FULL", "table option is missing: public.book "),
    "a storage parameter": ([], "ALTER TABLE author SET (fillfactor = 50)", "table option is missing: public.author "),
    "an unlogged table": ([], "ALTER TABLE bare SET UNLOGGED", "table option is missing: public.bare "),
    "the storage of a column": (
        [],
        "ALTER TABLE bare ALTER line SET STORAGE EXTERNAL",
        "column option is missing: public.bare.line ",
    ),
    "default privileges": (
        ["ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO public"],
        "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM public",
        "grant is missing: by default, r of ",
    ),
    "a grant on a type": (
        ["CREATE TYPE mood AS ENUM ('a')"],
        "REVOKE USAGE ON TYPE mood FROM public",
        "grant is missing: type public.mood USAGE to public",
    ),
    "a grant on a large object": (
        ["SELECT lo_from_bytea(77, 'x')"],
        "GRANT SELECT ON LARGE OBJECT 77 TO public",
        "grant was not there: large object 77 SELECT to public",
    ),
    "the owner of a function": (
        ["CREATE FUNCTION f1() RETURNS int LANGUAGE sql AS 'SELECT 1'"],
        "ALTER FUNCTION f1() OWNER TO somebody",
        "owner was not there: function public.f1() somebody",
    ),
    "the owner of a schema": (
        ["CREATE SCHEMA sch"],
        "ALTER SCHEMA sch OWNER TO somebody",
        "owner was not there: schema sch somebody",
    ),
    "the owner of a large object": (
        ["SELECT lo_from_bytea(78, 'x')"],
        "ALTER LARGE OBJECT 78 OWNER TO somebody",
        "owner was not there: large object 78 somebody",
    ),
    "the owner of a type": (
        ["CREATE TYPE mood2 AS ENUM ('a')"],
        "ALTER TYPE mood2 OWNER TO somebody",
        "owner was not there: type public.mood2 somebody",
    ),
}


def told_of(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch, cases: dict[str, tuple[list[str], str, str]]
) -> set[str]:
    """The names of the *cases* whose difference a drill tells when the copy has all of them; a copy without them passes."""
    with suppress(psycopg.errors.DuplicateObject):
        changed(drill.live, "CREATE ROLE somebody")
    changed(drill.live, *(each for made, _, _ in cases.values() for each in made))
    drill.carry_out(None)
    spoiled(drill, monkeypatch, *(spoil for _, spoil, _ in cases.values()))
    with pytest.raises(Failed) as failed:
        drill.carry_out(None)
    return {name for name, (_, _, told) in cases.items() if any(line.startswith(told) for line in failed.value.listed)}


def test_each_sequence_that_is_elsewhere_is_told(drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    By the numbers in its column, or else by where it was while the dump was taken.
    """
    assert told_of(drill, monkeypatch, SEQUENCES) == {*SEQUENCES}


def test_each_object_of_the_catalogue_that_is_another_one_is_told(
    drill: RestoreDrill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    With its owner and its grants.
    """
    assert told_of(drill, monkeypatch, OBJECTS) == {*OBJECTS}


def test_a_sequence_that_goes_on_while_it_is_dumped_accuses_no_copy() -> None:
    """
    No snapshot keeps its number: the copy has one of those between the beginning of the dump and its end.
    """
    before, after = {"s": Position(7, 1)}, {"s": Position(12, 1)}
    assert put_back(before, after, {"s": Position(9, 1)}) == {}
    assert put_back(before, after, {"s": Position(6, 1)}) == {"s": "sequence s is at 6 instead of 7 to 12"}
    assert put_back(before, after, {"s": Position(13, 1)}) == {"s": "sequence s is at 13 instead of 7 to 12"}
    assert put_back(after, before, {"s": Position(1, 1)}) == {}
