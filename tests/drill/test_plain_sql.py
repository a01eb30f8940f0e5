"""Plain SQL as a backup: its end, what its psql must know, and commands that could lead elsewhere."""

from pathlib import Path

import pytest

from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.plain_sql import loader

DUMP = r"""--
-- PostgreSQL database dump
--

\restrict abc

CREATE TABLE public.book (title text);
COPY public.book (title) FROM stdin;
\connect elsewhere
a; \! rm
\.

CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT ''a\b''';

\unrestrict abc

--
-- PostgreSQL database dump complete
--
"""
UNRESTRICTED = "".join(line for line in DUMP.splitlines(keepends=True) if "restrict abc" not in line)


def psql(folder: Path, version: str = "18.1") -> Path:
    """A psql of that version."""
    file = folder / "psql"
    file.write_text(f"#!/bin/sh\necho 'psql (PostgreSQL) {version}'\n")
    file.chmod(0o700)
    return folder


def dump(folder: Path, text: str = DUMP) -> Path:
    """A backup of that text."""
    file = folder / "backup.sql"
    file.write_text(text, encoding="utf-8")
    return file


def test_it_is_loaded_in_one_transaction_that_ends_at_the_first_error(tmp_path: Path) -> None:
    """
    And without what a person's own settings of psql would do; backslashes in rows and strings are no commands.
    """
    argv = loader(dump(tmp_path), psql(tmp_path))
    assert argv[0] == str(tmp_path / "psql")
    assert {"--no-psqlrc", "ON_ERROR_STOP=1", "--single-transaction"} <= set(argv)


def test_psql_is_restricted_before_it_reads_the_file(tmp_path: Path) -> None:
    """
    By the dump itself, or by a key that nobody knows.
    """
    assert "--command" not in loader(dump(tmp_path), psql(tmp_path))
    first, second = (loader(dump(tmp_path, UNRESTRICTED), psql(tmp_path)) for _ in range(2))
    at = first.index("--command")
    assert first[at + 1].startswith("\\restrict ")
    assert first[at + 1] != second[at + 1]
    assert at < first.index("--file")


@pytest.mark.parametrize(
    "text",
    [
        DUMP.replace("CREATE TABLE", "\\unrestrict abc\nCREATE TABLE"),
        DUMP.replace("CREATE TABLE", "\\unrestrict 'ab'c\nCREATE TABLE"),
        DUMP.replace("a; ", "a\\\\unrestrict; "),
        DUMP.replace("\\unrestrict abc", ""),
        DUMP.replace("\\unrestrict abc", "\\unrestrict abc\nSELECT 1;"),
        DUMP.replace("\\unrestrict abc\n", "\\unrestrict abc\n-- \r \\connect live\n"),
    ],
    ids=["early", "early in quotes", "in rows", "never", "before more", "before a comment that ends sooner"],
)
def test_a_dump_that_lifts_its_restriction_elsewhere_than_at_its_end_is_refused(tmp_path: Path, text: str) -> None:
    """
    Where psql takes the bytes for a command depends on the encoding, so they count wherever they stand.
    """
    with pytest.raises(
        CannotTell, match=r"^backup\.sql (has \\unrestrict elsewhere than once|holds a command of psql)"
    ):
        loader(dump(tmp_path, text), psql(tmp_path))


def test_what_comes_before_the_restriction_makes_it_none(tmp_path: Path) -> None:
    """
    psql ends a comment at a carriage return too; what follows there would be carried out.
    """
    text = DUMP.replace("\n\\restrict", "\n-- \r \\connect live\n\\restrict")
    with pytest.raises(CannotTell, match=r"holds a command of psql in line 5 \(\\connect\)"):
        loader(dump(tmp_path, text), psql(tmp_path))


@pytest.mark.parametrize(
    "line",
    [
        "COPY public.book TO '/tmp/a'; -- FROM stdin;",
        "COPY public.book (title) FROM stdin; -- the rows",
        "copy public.book (title) from stdin;",
        "COPY public.book (title) FROM stdin WITH (FORMAT csv);",
        "COPY public.book (title) FROM stdin; SELECT 1;",
    ],
)
def test_rows_that_begin_otherwise_than_pg_dump_begins_them_are_refused(tmp_path: Path, line: str) -> None:
    """
    Where rows begin and end decides what is a command.
    """
    text = DUMP.replace("COPY public.book (title) FROM stdin;", line)
    with pytest.raises(CannotTell, match=r"^backup\.sql begins the rows of a table in line 8 as pg_dump does not, so"):
        loader(dump(tmp_path, text), psql(tmp_path))


@pytest.mark.parametrize(
    "line",
    [
        'COPY public."a ""b"" \\ c" (id, "two words") FROM stdin;',
        "COPY public.größe (größe) FROM stdin;",
        "COPY public.bare  FROM stdin;",
        "COPY book (title) FROM stdin;",
    ],
)
def test_rows_begin_as_pg_dump_begins_them(tmp_path: Path, line: str) -> None:
    """
    With names in quotes, of other languages, without a column, or without a schema.
    """
    assert loader(dump(tmp_path, DUMP.replace("COPY public.book (title) FROM stdin;", line)), psql(tmp_path))


def test_half_of_it_fails(tmp_path: Path) -> None:
    """
    psql would take the end of the file for the end of the rows, and exit with 0.
    """
    half = DUMP[: DUMP.index(r"\!")]
    with pytest.raises(Failed, match=r"^backup\.sql was cut short: it does not end as pg_dump ends"):
        loader(dump(tmp_path, half), psql(tmp_path))


def test_half_of_it_without_the_words_of_pg_dump_fails_too(tmp_path: Path) -> None:
    """
    Who strips the comments strips what says that it is complete; the rows of a table have an end all the same.
    """
    half = "".join(line for line in DUMP[: DUMP.index(r"\!")].splitlines(keepends=True) if not line.startswith("--"))
    with pytest.raises(Failed, match=r"^backup\.sql was cut short: it ends among the rows of a table$"):
        loader(dump(tmp_path, half), psql(tmp_path))


@pytest.mark.parametrize(
    ("version", "wanted"),
    [("18.0", ""), ("16.10", ""), ("17.6 (Debian)", ""), ("16.9", "16.10"), ("13.21", "13.22"), ("12.22", "13.22")],
)
@pytest.mark.parametrize("text", [DUMP, UNRESTRICTED], ids=["a newer dump", "an older dump"])
def test_a_psql_that_cannot_be_restricted_is_refused_in_one_line(
    tmp_path: Path, version: str, wanted: str, text: str
) -> None:
    """
    Newer dumps begin with a command that older minor versions do not know, and older dumps are loaded behind it.
    """
    file, folder = dump(tmp_path, text), psql(tmp_path, version)
    if not wanted:
        assert loader(file, folder)
        return
    with pytest.raises(CannotTell) as refused:
        loader(file, folder)
    assert str(refused.value) == (
        rf"psql {version} cannot read \restrict, without which backup.sql could lead it elsewhere:"
        f" install psql {wanted} or newer"
    )


IN_TEXT = (
    r"INSERT INTO path VALUES ('C: \Users', 'it''s \connect live');",
    r"CREATE TABLE code (text text, CONSTRAINT digits CHECK (text ~ '^ \d+$'));",
    "INSERT INTO note VALUES ('two\n\\connect live\nlines');",
    r"INSERT INTO note VALUES (E'it\'s \connect live', E'\\');",
    "CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $a$\nSELECT ' $$\\connect live'\n$a$;",
    r'CREATE TABLE "a \connect" (b text); -- \connect live',
    "/* one /* two */\n\\connect live */",
    "SET standard_conforming_strings = off;\nINSERT INTO note VALUES ('it\\'s \\connect live');",
)


@pytest.mark.parametrize("lines", IN_TEXT)
def test_a_backslash_in_a_text_a_name_or_a_comment_is_no_command(tmp_path: Path, lines: str) -> None:
    """
    What follows it is read as ever.
    """
    text = DUMP.replace("CREATE TABLE", f"{lines}\nCREATE TABLE")
    assert loader(dump(tmp_path, text), psql(tmp_path))
    with pytest.raises(CannotTell, match=r"holds a command of psql in line \d+ \(\\i\)"):
        loader(
            dump(tmp_path, text.replace("CREATE TABLE public", "\\i other.sql\nCREATE TABLE public")), psql(tmp_path)
        )


@pytest.mark.parametrize(
    "line",
    [
        *(r"\connect live", "SELECT 1; \\connect live", r"  \! rm -r folder", r"\i other.sql", r"\c live"),
        *(r"SELECT 'a\'; \connect live", r"SELECT 1\connect live", r"SELECT a$1$\c live"),
    ],
)
def test_a_command_that_could_lead_elsewhere_is_refused(tmp_path: Path, line: str) -> None:
    """
    A dump of a whole server connects to its databases by name, and the live one may have that name.
    """
    text = DUMP.replace("CREATE TABLE", f"{line}\nCREATE TABLE")
    with pytest.raises(CannotTell, match=r"^backup\.sql holds a command of psql in line 7 \(\\[a-z!]+\), which could"):
        loader(dump(tmp_path, text), psql(tmp_path))
