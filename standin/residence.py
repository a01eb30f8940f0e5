"""The directories of one boot: taken before anything starts, and left empty."""

import re
from pathlib import Path
from typing import IO

from standin import places, register
from standin.errors import USAGE, StandinError
from standin.guard import Guard
from standin.state import FILE

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
OURS = (FILE, "faults.json", "faults.lock", "ca.pem", "backups", "prometheus")  # the logs stay


class Residence:
    """A private directory for data and keys, and the one that people look into."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self.private = places.private_dir()
        self.name = self.private.name.removeprefix("xcr-standin-")
        self.directory = self.private
        self._held: IO[str] | None = None
        self._leftovers: list[Path] = []
        self._will_leave(self.private)

    def move_in(self, directory: Path | None, name: str | None) -> None:
        """Take *directory*, or a new one that is deleted with everything in it."""
        if name is not None and not NAME.fullmatch(name):
            raise StandinError(f"{name!r} is no name: letters, digits, '.', '_' and '-' only", USAGE)
        self.name = name or self.name
        self.directory = (directory or places.runs_dir() / self.name).resolve()
        ours = [self.directory / part for part in OURS] if directory else [self.directory]
        entry, self._held = register.claim(self.name, self.directory, [self.private, *ours])
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StandinError(f"cannot make {self.directory}: {error}") from error
        for path in [*ours, entry]:
            self._will_leave(path)
        places.write_private(self.directory / "faults.json", "{}")

    def move_out(self) -> None:
        """Delete what is ours, whether or not the watcher did."""
        for path in self._leftovers:
            places.remove(path)
        if self._held:
            self._held.close()

    def _will_leave(self, path: Path) -> None:
        self._leftovers.append(path)
        self.guard.delete(path)
