"""The newest backup of a catalogue as a file that can be restored, the one that was written and not too old."""

from dataclasses import dataclass
from pathlib import Path

from rollout.drill.outcome import CannotTell, Failed
from rollout.target.backups import HOUR_S, digest, file_of, newest
from rollout.target.settings import Backups
from rollout.target.wait import eventually

WRITTEN_S = 10  # the first backup may be under way right after a start


@dataclass(frozen=True)
class Catalogued:
    """The *file* of a backup and its age."""

    file: Path
    age_hours: float


def newest_backup(settings: Backups | None) -> Catalogued | None:
    """
    The newest backup, None where no file of one is named.

    Failed where the file is gone, is not what was written, or is older than the target accepts; CannotTell where the
    catalogue cannot be read.
    """
    if settings is None or settings.catalogue is None:
        return None
    catalogue = settings.catalogue

    def catalogue_written() -> None:
        assert catalogue.exists(), f"{catalogue}: got nothing, want a file"

    try:
        eventually(catalogue_written, within=WRITTEN_S)
        backup = newest(settings)
    except AssertionError as error:
        raise CannotTell(str(error)) from None
    file = file_of(backup, settings)
    assert file is not None
    if not file.exists():
        raise Failed(f"{file.name} stands in the catalogue of backups, and there is no such file")
    if file.is_file() and digest(file) != backup.sha256:
        raise Failed(f"{file.name} is not the file that was written: its SHA-256 is another one than in the catalogue")
    if backup.age_hours > settings.max_age / HOUR_S:
        most = f"{settings.max_age / HOUR_S:g} h at most"
        raise Failed(f"{file.name}: got an age of {backup.age_hours:.1f} h, want {most}")
    return Catalogued(file, backup.age_hours)
