"""Is there a backup, young and whole? A test restore belongs to the drills."""

from collections.abc import Callable

import pytest

from rollout.target.backups import HOUR_S, Backup, digest, file_of, newest
from rollout.target.obstacle import NotConfigured, needed
from rollout.target.settings import Backups
from rollout.target.wait import eventually
from xcodereviewer.target import XcrTarget

pytestmark = [pytest.mark.criterion("backups-enabled"), pytest.mark.promise("plan: Database backups enabled")]
Record = Callable[[str, object], None]
CLOCKS_DIFFER_HOURS = 0.1


@pytest.fixture(scope="module")
def backups(target: XcrTarget) -> Backups:
    """Where the target keeps its backups."""
    backups: Backups = needed(target, "backups")
    if not (backups.catalogue or backups.command):
        raise NotConfigured(target, "backups.catalogue")
    return backups


@pytest.fixture(scope="module")
def backup(backups: Backups) -> Backup:
    """The newest backup; the first one may be under way right after a start."""

    def catalogue_written() -> None:
        assert backups.catalogue is None or backups.catalogue.exists(), f"{backups.catalogue}: got nothing, want a file"

    eventually(catalogue_written, within=5)
    return newest(backups)


def test_the_newest_backup_is_recent(backups: Backups, backup: Backup, record_property: Record) -> None:
    """
    The newest backup is not older than the target allows, and not from the future.
    """
    record_property("backup.age_hours", round(backup.age_hours, 2))
    most = backups.max_age / HOUR_S
    complaint = f"{backup.file}: got an age of {backup.age_hours:.2f} h, want {most:g} h at most"
    assert -CLOCKS_DIFFER_HOURS <= backup.age_hours <= most, complaint


def test_the_newest_backup_has_a_plausible_size(backups: Backups, backup: Backup, record_property: Record) -> None:
    """
    The newest backup is at least as large as the target says a backup must be.
    """
    record_property("backup.size_bytes", backup.bytes)
    assert backup.bytes >= backups.min_bytes, (
        f"{backup.file}: got {backup.bytes} bytes, want {backups.min_bytes} at least"
    )


def test_the_newest_backup_is_whole(backups: Backups, backup: Backup, record_property: Record) -> None:
    """
    The catalogue notes a checksum, and the file has it where it lies beside the catalogue.
    """
    file = file_of(backup, backups)
    record_property("backup.file_read", file is not None)
    found = digest(file) if file else backup.sha256
    assert found == backup.sha256, (
        f"{backup.file}: got SHA-256 {found[:12]}…, want {backup.sha256[:12]}… as it was written"
    )
