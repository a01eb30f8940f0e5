"""
Whether an error of pg_restore or psql accuses the backup that it restores, or says only what the server lacks.

The structure of the lines decides: the program's own complaint about an archive, or PostgreSQL's message behind
`ERROR:`, each from its beginning. A name may hold anything, a line break and the text of another error too: it can add
a line and never takes the true one away, so that every line has to accuse the backup, and a line with two messages
accuses nobody.
"""

import re
from collections.abc import Sequence
from pathlib import Path

NAME = r'"(?:[^"]|"")*"'
OWN = r"pg_restore: error: "
OF_THE_ARCHIVE = re.compile(
    OWN + r"(?:could not read from input file: end of file|unexpected end of file|could not close data file|"
    r"input file is too short|input file does not appear to be a valid|could not uncompress|could not decompress|"
    r"corrupt tar header|incomplete tar header|entry ID -?\d+ out of range|unexpected section code|invalid TOC|"
    r"found unexpected block ID|bogus data|unexpected data offset|could not find block ID|bad (?:table )?dumpId)"
)
OF_THE_DATA = re.compile(
    rf"(?:{OWN}(?:[A-Za-z ]+(?:{NAME})?: )?|psql:.*?:\d+: )ERROR:\s+"
    rf"(?:(?:insert or update|update or delete) on table {NAME} violates |"
    r"(?:duplicate|conflicting) key value violates |"
    rf"new row for relation {NAME} violates |null value in column {NAME} of relation {NAME} violates |"
    rf"value for domain \S+ violates |check constraint {NAME} of relation {NAME} is violated |"
    r"could not create unique index |invalid input syntax |missing data for column |extra data after last |"
    r"invalid byte sequence |syntax error at |unterminated |invalid input value for enum |value too long for type |"
    rf"date/time field value out of range|malformed (?:array|record|range) literal|relation {NAME} does not exist)"
)
NO_ROOM = "No space left on device"
FOLLOWS = re.compile(  # what the other jobs say once one has failed
    OWN + r"(?:a worker process died unexpectedly|could not (?:write to|read from) the communication channel"
    r"|[a-zA-Z ]+: ERROR:\s+canceling statement due to user request$)"
)


def accuses(files: Path, lines: Sequence[str]) -> bool:
    """
    Whether the *lines* of a program's errors mean that the archive *files* is not whole, or that its rows do not fit together.
    """
    own = [line for line in lines if not FOLLOWS.match(line)]
    every = all(is_of_backup(line) or lacks_a_file(files, line) for line in own)
    return bool(own) and every and not any(NO_ROOM in line for line in lines)


def is_of_backup(line: str) -> bool:
    """Whether a line of an error is about the archive itself or its rows, whatever stands in its names."""
    return line.count("ERROR:") < 2 and bool(OF_THE_ARCHIVE.match(line) or OF_THE_DATA.match(line))


def lacks_a_file(folder: Path, line: str) -> bool:
    """Whether pg_restore did not find a file that the *folder* of a dump names; files of the server do not count."""
    name = rf'"[^"]*{re.escape(folder.name)}/[^"]*"'
    return bool(re.match(rf"{OWN}could not open [\w ]*file {name}: No such file", line))
