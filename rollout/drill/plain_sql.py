"""
A backup in plain SQL, which pg_restore does not read: psql loads it in one transaction that ends at the first error.

The exit of psql is not enough: it takes the end of a file that was cut off as the end of a table's rows. What keeps a
file from leading psql elsewhere, as by `\\connect`, is psql itself: it is restricted before it reads the file's first
statement, and refuses every command until the end. The scanner only says sooner, and in clearer words, what is there.
"""

import re
import secrets
from collections.abc import Collection
from pathlib import Path

from rollout.drill.file_end import last_bytes
from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.programs import program, release
from rollout.drill.sql_scanner import SqlScanner
from rollout.target.message import one_line

BEGIN, END = b"PostgreSQL database dump", b"PostgreSQL database dump complete"
AROUND = 2000  # bytes at both ends that hold pg_dump's marks of its beginning and its end
NAME = rb'(?:"(?:[^"]|"")+"|[\w\x80-\xff][\w$\x80-\xff]*)'
ROWS = re.compile(
    rb"COPY " + NAME + rb"(?:\." + NAME + rb")? (?:\(" + NAME + rb"(?:, " + NAME + rb")*\))? ?FROM stdin;\r?\n?"
)
ROWS_OF_OTHERS = re.compile(rb"\s*COPY\b.*\bFROM\s+stdin\b", re.IGNORECASE)
END_OF_ROWS = b"\\."
RESTRICT, UNRESTRICT = b"\\restrict", b"\\unrestrict"
COMMENTS = rb"(?:--[^\r\n]*\r?\n|\s)*"  # psql ends a comment at a carriage return too
RESTRICTED = re.compile(COMMENTS + rb"\\restrict (\w+)\r?\n")  # the first statement of a newer dump
READ_RESTRICT_SINCE = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}  # major → minor version of psql; all from 18 on do


def loader(file: Path, programs: Path) -> list[str]:
    """
    The command that loads a *file* of plain SQL, by the psql in the folder *programs*; the caller adds the database.

    psql carries out no command of the file that could lead elsewhere. Failed where the dump has no end; CannotTell where
    psql cannot be restricted, or where the file holds such commands.
    """
    psql = program("psql", programs)
    start, end = ends(file)
    if BEGIN in start and END not in end:
        raise Failed(f"{file.name} was cut short: it does not end as pg_dump ends a dump in plain SQL")
    refuse_unable(psql, file)
    own = RESTRICTED.match(start)
    refuse_commands(file, (RESTRICT, UNRESTRICT) if own else ())
    if own:
        refuse_early_end(file, own[1], end)
    restricted = [] if own else ["--command", rf"\restrict {secrets.token_hex(16)}"]
    argv = [psql, "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--single-transaction"]
    return [*argv, *restricted, "--file", str(file)]


def ends(file: Path) -> tuple[bytes, bytes]:
    """The first and the last bytes of a file."""
    with file.open("rb") as content:
        return content.read(AROUND), last_bytes(file, AROUND)


def refuse_unable(psql: str, file: Path) -> None:
    """CannotTell where a psql does not know the command that restricts it, with which newer dumps begin."""
    major, minor = release(psql)
    needed = READ_RESTRICT_SINCE.get(major, 0)
    if major < min(READ_RESTRICT_SINCE) or minor < needed:
        wanted = f"{major}.{needed}" if needed else "13.22"
        raise CannotTell(
            rf"psql {major}.{minor} cannot read \restrict, without which {file.name} could lead it elsewhere:"
            f" install psql {wanted} or newer"
        )


def refuse_early_end(file: Path, key: bytes, end: bytes) -> None:
    """
    CannotTell where a dump that restricts psql by a *key* does not lift that once, as the last statement of its *end*.

    The bytes count wherever they stand: which of them psql takes for a command depends on the encoding.
    """
    with file.open("rb") as lines:
        found = sum(line.count(UNRESTRICT) for line in lines)
    last = re.search(rb"^\\unrestrict " + key + rb"\r?\n" + COMMENTS + rb"\Z", end, re.MULTILINE)
    if found != 1 or last is None:
        raise CannotTell(
            rf"{file.name} has \unrestrict elsewhere than once at its end, which could lead psql elsewhere:"
            " take backups of one database, with pg_dump --format=custom or directory"
        )


def refuse_commands(file: Path, known: Collection[bytes]) -> None:
    """
    CannotTell where a file holds commands of psql that are not *known*, such as `\\connect`: they are for a person to carry out.

    Failed where it ends among the rows of a table.
    """
    in_rows, scanner = False, SqlScanner()
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if in_rows:
                in_rows = line.rstrip(b"\r\n") != END_OF_ROWS
            elif scanner.ends is None and ROWS.fullmatch(line):
                in_rows = True
            elif scanner.ends is None and ROWS_OF_OTHERS.match(line):
                raise CannotTell(
                    f"{file.name} begins the rows of a table in line {number} as pg_dump does not, so nobody knows where"
                    " they end: take backups with pg_dump"
                )
            elif found := [each for each in scanner.commands(line) if each not in known]:
                command = one_line(found[0].decode(errors="replace"))
                raise CannotTell(
                    f"{file.name} holds a command of psql in line {number} ({command}), which could lead elsewhere:"
                    " take backups of one database, with pg_dump --format=custom or directory"
                )
    if in_rows:
        raise Failed(f"{file.name} was cut short: it ends among the rows of a table")
