"""The backup catalogue: the name, time and checksum of each backup, and the checksum of its file."""

import errno
import hashlib
import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from rollout.bounded_text import json_of
from rollout.target.message import one_line
from rollout.target.printed import printed
from rollout.target.settings import Backups
from rollout.values import LARGEST_ANSWER, as_size, as_text

COMMAND_S = 30
CHUNK = 1 << 20
HOUR_S = 3600
CLOCK_S = 300  # the clock of whoever takes the backups may be ahead
OF_A_FOLDER = "sha256sum * | LC_ALL=C sort | sha256sum"  # prints the SHA-256 of a backup that is a folder
Read = Callable[[int], None]


class Backup(BaseModel):
    """One entry of the catalogue."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: str = Field(min_length=1)
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    finished_at: AwareDatetime

    @property
    def age_hours(self) -> float:
        """Hours since it was finished."""
        return (datetime.now(UTC) - self.finished_at).total_seconds() / HOUR_S


def newest(settings: Backups) -> Backup:
    """The youngest backup of the catalogue."""
    found = every(settings)
    assert found, "backup catalogue: got an empty list, want a backup"
    return found[-1]


def every(settings: Backups) -> list[Backup]:
    """The backups of the catalogue, which holds one entry or a list of them, oldest first."""
    text = catalogue(settings)
    try:
        found: Any = json_of(text)
        entries = found if isinstance(found, list) else [found]
        backups = [Backup.model_validate_json(json.dumps(entry)) for entry in entries]
        return in_order(backups)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, fault["loc"])) or "the entry"
        raise AssertionError(f"backup catalogue: got {where}: {fault['msg']}, want an entry of a backup") from None
    except ValueError:
        raise AssertionError(f"backup catalogue: got {one_line(text)!r}, want a JSON list of backups") from None


def in_order(backups: list[Backup]) -> list[Backup]:
    """The backups, oldest first; AssertionError for one from the future, which would be the newest for ever."""
    ordered = sorted(backups, key=lambda backup: backup.finished_at)
    ahead = -ordered[-1].age_hours * HOUR_S if ordered else 0
    assert ahead <= CLOCK_S, (
        f"backup catalogue: got {ordered[-1].file} finished at {ordered[-1].finished_at:%Y-%m-%d %H:%M:%S %Z},"
        f" want a time that is over (clocks may differ by {as_text(CLOCK_S)})"
    )
    return ordered


def catalogue(settings: Backups) -> str:
    """The text of the catalogue, from a file or a command's output; bytes that are not UTF-8 become replacement characters."""
    if settings.catalogue:
        return written(settings.catalogue).decode(errors="replace")
    return printed(settings.command, "backup command", COMMAND_S).decode(errors="replace")


def written(file: Path) -> bytes:
    """The bytes of a catalogue file; AssertionError if it cannot be read or is too large."""
    try:
        with regular(file) as content:
            found = content.read(LARGEST_ANSWER + 1)
    except OSError as error:
        raise AssertionError(f"backup catalogue {file}: got {error.strerror}, want a file") from None
    assert len(found) <= LARGEST_ANSWER, (
        f"backup catalogue {file}: got more than {as_size(LARGEST_ANSWER)}, want a list"
    )
    return found


def file_of(backup: Backup, settings: Backups) -> Path | None:
    """The file of a backup, beside the catalogue; None if a command prints the catalogue and the place is unknown."""
    return settings.catalogue.parent / backup.file if settings.catalogue else None


def digest(backup: Path, read: Read = lambda more: None) -> str:
    """
    The SHA-256 of a backup: of a file's content, of a folder what OF_A_FOLDER prints there.

    *read* gets the number of bytes of each part that was read. AssertionError where it cannot be read.
    """
    try:
        if not backup.is_dir():
            return digest_of_file(backup, read)
        lines = sorted(f"{digest_of_file(file, read)}  {file.name}\n" for file in backup.glob("[!.]*"))
    except OSError as error:
        raise AssertionError(f"backup {backup}: got {error.strerror}, want one that can be read") from None
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def regular(file: Path) -> BinaryIO:
    """A regular *file*, opened; OSError for any other, such as a pipe, which might never answer."""
    number = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(errno.EINVAL, "no regular file", str(file))
    return os.fdopen(number, "rb")


def digest_of_file(file: Path, read: Read) -> str:
    """The SHA-256 of a file's content."""
    counted = hashlib.sha256()
    with regular(file) as content:
        while chunk := content.read(CHUNK):
            counted.update(chunk)
            read(len(chunk))
    return counted.hexdigest()
