"""Faults of backups: too old, empty, incomplete, or altered after writing."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from standin import backup
from standin.errors import StandinError
from standin.fault_actions.action import Params
from standin.state_file import State

DEFAULT_HOURS = 72


def age(state: State, params: Params) -> None:
    """Make the newest backup *hours* old, in the catalogue and on disk."""
    when = datetime.now(UTC) - timedelta(hours=float(params.get("hours", DEFAULT_HOURS)))
    file = _newest(state)
    os.utime(file, (when.timestamp(), when.timestamp()))
    backup.enter(file, when)


def truncate(state: State, params: Params) -> None:
    """Leave a backup of no bytes, finished just now."""
    file = _newest(state)
    file.write_bytes(b"")
    backup.enter(file, datetime.now(UTC))


def alter(state: State, params: Params) -> None:
    """Change one byte of the newest backup, without a change of the catalogue."""
    file = _newest(state)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def cut(state: State, params: Params) -> None:
    """Keep the first half of the newest backup only, as after a full disk, with a matching catalogue."""
    file = _newest(state)
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    backup.enter(file, datetime.now(UTC))


def without_table(state: State, params: Params) -> None:
    """Take a backup without one of the tables."""
    backup.take(state, f"--exclude-table={params['table']}")


def without_rows(state: State, params: Params) -> None:
    """Take a backup of the tables without their rows."""
    backup.take(state, "--schema-only")


def renew(state: State, params: Params) -> None:
    """Take a good backup."""
    backup.take(state)


def _newest(state: State) -> Path:
    """The newest backup; waits for the first one after a boot."""
    try:
        return backup.newest(state)
    except StandinError:
        return backup.take(state)
