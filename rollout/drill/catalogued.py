"""
A backup of a catalogue as a file to restore: whether it is the file that was written, and the newest is young enough.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed
from rollout.target.backups import HOUR_S, OF_A_FOLDER, Backup, digest, every, file_of
from rollout.target.settings import Backups
from rollout.target.wait import eventually

WRITTEN_S = 10  # the first backup may be under way right after a start


@dataclass(frozen=True)
class Catalogued:
    """The *file* of a backup and its age; *told* is its name in messages."""

    file: Path
    age_hours: float
    told: str = "backup"


def backup_to_restore(settings: Backups | None, course: Course) -> Catalogued | None:
    """
    The newest backup, or one at random where the target says so; None where no file of one is named.

    Failed where there is none, its file or folder is missing or changed, or the newest is older than the target accepts;
    CannotTell where the catalogue cannot be read.
    """
    if settings is None or settings.catalogue is None:
        return None
    backups = listed(settings, settings.catalogue)
    if not backups:
        raise Failed(f"{settings.catalogue.name} lists no backup: there is none to restore")
    if settings.restored == "newest":
        found = whole(backups[-1], settings, "backup", course)
    else:
        found = whole(secrets.choice(backups), settings, f"one of {len(backups)} backups at random,", course)
    refuse_old(backups[-1], settings)
    return found


def listed(settings: Backups, catalogue: Path) -> list[Backup]:
    """The backups of a catalogue, which may not be written yet after a start; CannotTell where it cannot be read."""

    def catalogue_written() -> None:
        assert catalogue.exists(), f"{catalogue}: got nothing, want a file"

    try:
        eventually(catalogue_written, within=WRITTEN_S)
        return every(settings)
    except AssertionError as error:
        raise CannotTell(str(error)) from None


def whole(backup: Backup, settings: Backups, told: str, course: Course) -> Catalogued:
    """The file or folder of a backup; Failed where it is missing, or its SHA-256 is not that of the catalogue."""
    file = file_of(backup, settings)
    assert file is not None
    if not file.exists():
        raise Failed(f"{file.name} stands in the catalogue of backups, and there is no such file")
    refuse_special(file)
    if digest(file, told_of_reading(course, backup.bytes)) != backup.sha256:
        way = f" (of a folder: {OF_A_FOLDER})" if file.is_dir() else ""
        raise Failed(f"{file.name} is not what was written: its SHA-256{way} is another one than in the catalogue")
    return Catalogued(file, backup.age_hours, told)


def refuse_special(file: Path) -> None:
    """Failed for a *file* that is neither a regular one nor a folder: a pipe might never answer."""
    if not file.is_file() and not file.is_dir():
        raise Failed(f"{file.name} stands in the catalogue of backups, and it is no regular file and no folder")


def told_of_reading(course: Course, total: int) -> Callable[[int], None]:
    """What tells a course how much of *total* bytes was read, from the number of bytes of each part."""
    done = 0

    def read(more: int) -> None:
        nonlocal done
        done += more
        course.went(done, total)

    return read


def refuse_old(newest: Backup, settings: Backups) -> None:
    """Failed where the newest backup is older than the target accepts."""
    if newest.age_hours > settings.max_age / HOUR_S:
        most = f"{settings.max_age / HOUR_S:g} h at most"
        raise Failed(f"{newest.file}: got an age of {newest.age_hours:.1f} h, want {most}")
