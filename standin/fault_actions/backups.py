"""Backups that would not help: too old, with nothing in them, or no longer what was written."""

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
    """Change one byte of the newest backup, and not a word of the catalogue."""
    file = _newest(state)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def cut(state: State, params: Params) -> None:
    """Leave the first half of the newest backup, as a full disk does, and a catalogue that agrees with it."""
    file = _newest(state)
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    backup.enter(file, datetime.now(UTC))


def without_table(state: State, params: Params) -> None:
    """Take a backup that leaves a table out."""
    backup.take(state, f"--exclude-table={params['table']}")


def without_rows(state: State, params: Params) -> None:
    """Take a backup of the tables without a row in them."""
    backup.take(state, "--schema-only")


def renew(state: State, params: Params) -> None:
    """Take a good one."""
    backup.take(state)


def _newest(state: State) -> Path:
    """Right after boot the first one may not be finished."""
    try:
        return backup.newest(state)
    except StandinError:
        return backup.take(state)
