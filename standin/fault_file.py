"""The JSON file of active faults; each command changes it atomically, one command at a time."""

import contextlib
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from standin.errors import StandinError
from standin.paths import write_private

Faults = dict[str, dict[str, Any]]


def active(path: Path) -> Faults:
    """The faults that are on, with their parameters."""
    try:
        found: Faults = json.loads(path.read_text(encoding="utf-8") or "{}")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StandinError(f"cannot read {path}: {error}") from error
    return found


def set_on(path: Path, name: str, params: dict[str, Any]) -> None:
    """Turn *name* on."""
    with _changing(path) as faults:
        faults[name] = params


def set_off(path: Path, name: str) -> None:
    """Turn *name* off."""
    with _changing(path) as faults:
        faults.pop(name, None)


@contextlib.contextmanager
def _changing(path: Path) -> Iterator[Faults]:
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        faults = active(path)
        yield faults
        write_private(path, json.dumps(faults))
