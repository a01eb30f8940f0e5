"""The active faults, from a small JSON file that is read again after a change."""

import json
from pathlib import Path
from typing import Any

from standin.faults.catalogue import CATALOGUE


class Switch:
    """The faults file as last read; each query checks its stat, so that every process is up to date."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.seen = -1
        self.on: dict[str, dict[str, Any]] = {}

    def active(self, name: str) -> dict[str, Any] | None:
        self._refresh()
        given = self.on.get(name)
        return (
            None if given is None else {"on": True, **CATALOGUE[name].defaults, **given}
        )  # an entry without parameters is still truthy

    def _refresh(self) -> None:
        try:
            stamp = self.path.stat().st_mtime_ns if self.path else -1
        except FileNotFoundError:
            stamp = -1
        if stamp != self.seen:
            self.on = _read(self.path) if self.path and stamp != -1 else {}
            self.seen = stamp


def _read(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any] | None] = json.loads(path.read_text(encoding="utf-8") or "{}")
    return {name: params or {} for name, params in found.items() if name in CATALOGUE}


_switch = Switch(None)


def configure(path: Path | None) -> None:
    """Name the file that turns faults on; without one nothing is ever on."""
    global _switch
    _switch = Switch(path)


def active(name: str) -> dict[str, Any] | None:
    """The parameters of fault *name* while it is on, else None."""
    return _switch.active(name)
