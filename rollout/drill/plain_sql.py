"""
A backup in plain SQL, which pg_restore does not read: psql loads it in one transaction that ends at the first error.

The exit of psql is not enough: it takes the end of a file that was cut off as the end of a table's rows.
"""

import re
from pathlib import Path

from rollout.drill.file_end import last_bytes
from rollout.drill.outcome import CannotTell, Failed
from rollout.drill.programs import program, release
from rollout.drill.sql_scanner import SqlScanner
from rollout.target.message import one_line

BEGIN, END = b"PostgreSQL database dump", b"PostgreSQL database dump complete"
AROUND = 2000  # bytes at both ends that hold pg_dump's marks of its beginning and its end
ROWS, END_OF_ROWS = re.compile(rb"\s*COPY\b.*\bFROM\s+stdin\b.*;\s*$", re.IGNORECASE), b"\\."
RESTRICT = (b"\\restrict", b"\\unrestrict")
READ_RESTRICT_SINCE = {13: 22, 14: 19, 15: 14, 16: 10, 17: 6}  # major → minor version of psql; all from 18 on do


def loader(file: Path, programs: Path) -> list[str]:
    """
    The command that loads a *file* of plain SQL, by the psql in the folder *programs*; the caller adds the database.

    Failed where the dump has no end; CannotTell where psql cannot read it, or where it holds commands that could lead
    elsewhere.
    """
    psql = program("psql", programs)
    start, end = ends(file)
    if BEGIN in start and END not in end:
        raise Failed(f"{file.name} was cut short: it does not end as pg_dump ends a dump in plain SQL")
    if RESTRICT[0] in start:
        refuse_unable(psql, file)
    refuse_commands(file)
    return [psql, "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--single-transaction", "--file", str(file)]


def ends(file: Path) -> tuple[bytes, bytes]:
    """The first and the last bytes of a file."""
    with file.open("rb") as content:
        return content.read(AROUND), last_bytes(file, AROUND)


def refuse_unable(psql: str, file: Path) -> None:
    """CannotTell where a psql does not support the command with which newer dumps begin."""
    major, minor = release(psql)
    needed = READ_RESTRICT_SINCE.get(major, 0)
    if major < min(READ_RESTRICT_SINCE) or minor < needed:
        wanted = f"{major}.{needed}" if needed else "13.22"
        raise CannotTell(
            rf"psql {major}.{minor} cannot read \restrict, with which {file.name} begins: install psql {wanted} or newer"
        )


def refuse_commands(file: Path) -> None:
    """
    CannotTell where a file holds commands of psql, such as `\\connect` to another database: they are for a person to carry out.

    Failed where it ends among the rows of a table.
    """
    in_rows, scanner = False, SqlScanner()
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if in_rows:
                in_rows = line.rstrip(b"\r\n") != END_OF_ROWS
            elif scanner.ends is None and ROWS.match(line):
                in_rows = True
            elif found := [each for each in scanner.commands(line) if each not in RESTRICT]:
                command = one_line(found[0].decode(errors="replace"))
                raise CannotTell(
                    f"{file.name} holds a command of psql in line {number} ({command}), which could lead elsewhere:"
                    " take backups of one database, with pg_dump --format=custom or directory"
                )
    if in_rows:
        raise Failed(f"{file.name} was cut short: it ends among the rows of a table")
