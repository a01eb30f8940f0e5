"""Disk space for a dump on this machine, and for a copy on the scratch server if its disk is on this machine."""

import os
import shutil
from pathlib import Path

import psycopg

from rollout.drill.outcome import CannotTell
from rollout.values import as_size

DATA = """
SELECT current_setting('data_directory'), extract(epoch FROM modification)::bigint FROM pg_stat_file('.')
"""


def refuse_without_room(folder: Path, size: int) -> None:
    """CannotTell where the disk of *folder* has no room for a database of *size* bytes; most dumps are smaller."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise CannotTell(
            f"{folder} has {as_size(free)} left and the database {as_size(size)}: no room for a dump; set TMPDIR to a larger disk"
        )


def room_seen(connection: psycopg.Connection, size: int) -> bool:
    """
    Whether the server's disk could be checked; CannotTell where a copy of *size* bytes has no room on it.

    PostgreSQL does not report free space: only the disk of a server on this machine can be checked, by a role that may
    read the path of its data.
    """
    folder = data_folder(connection)
    if folder is None:
        return False
    free = shutil.disk_usage(folder).free
    if free < size:
        raise CannotTell(
            f"the disk of drill_dsn's server has {as_size(free)} left and the database {as_size(size)}:"
            " no room for a copy; make some, or name another server"
        )
    return True


def data_folder(connection: psycopg.Connection) -> Path | None:
    """The folder with a server's data; None where it is not on this machine: a container may use the same path."""
    try:
        ((folder, changed),) = connection.execute(DATA).fetchall()
        here = os.stat(folder)
    except (psycopg.Error, OSError):
        return None
    return Path(folder) if int(here.st_mtime) == changed else None
