"""Backups that would not help: too old, or with nothing in them."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from standin import backup
from standin.breakages.base import Params
from standin.errors import StandinError
from standin.state import State

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


def renew(state: State, params: Params) -> None:
    """Take a good one."""
    backup.take(state)


def _newest(state: State) -> Path:
    """Right after boot the first one may not be finished."""
    try:
        return backup.newest(state)
    except StandinError:
        return backup.take(state)
