"""The directories of one boot: claimed before anything starts, deleted at the end."""

import re
from pathlib import Path
from typing import IO

from standin import paths, running_stacks
from standin.errors import USAGE, StandinError
from standin.reaper import Reaper
from standin.state_file import FILE

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
OURS = (FILE, "faults.json", "faults.lock", "ca.pem", "backups", "prometheus")  # the logs stay


class RunDirectory:
    """A private directory for data and keys, and the public one with state file and logs."""

    def __init__(self, reaper: Reaper) -> None:
        self.reaper = reaper
        self.private = paths.private_dir()
        self.name = self.private.name.removeprefix("xcr-standin-")
        self.directory = self.private
        self._held: IO[str] | None = None
        self._temporary: list[Path] = []
        self._delete_at_end(self.private)

    def claim(self, directory: Path | None, name: str | None) -> None:
        """Claim *directory*, or a new one, which is deleted at the end with all its files."""
        if name is not None and not NAME.fullmatch(name):
            raise StandinError(f"{name!r} is no name: letters, digits, '.', '_' and '-' only", USAGE)
        self.name = name or self.name
        self.directory = (directory or paths.runs_dir() / self.name).resolve()
        ours = [self.directory / part for part in OURS] if directory else [self.directory]
        entry, self._held = running_stacks.claim(self.name, self.directory, [self.private, *ours])
        self._delete_at_end(entry)
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            paths.write_private(self.directory / "faults.json", "{}")
        except OSError as error:
            why = f"cannot use {self.directory}: {error.strerror}; name a directory that can be written to by --dir"
            raise StandinError(why, USAGE) from error
        for path in ours:
            self._delete_at_end(path)

    def release(self) -> None:
        """Delete the files of this boot, unless the reaper has done it."""
        for path in self._temporary:
            paths.remove(path)
        if self._held:
            self._held.close()

    def _delete_at_end(self, path: Path) -> None:
        self._temporary.append(path)
        self.reaper.delete(path)
