"""A tar file as a backup: it has its end, or it was cut short."""

import io
import tarfile
from pathlib import Path

import pytest

from rollout.drill.archive_tar import refuse_cut_tar
from rollout.drill.outcome import Failed

ROWS = b"1\tone\n" * 300


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A file with two members."""
    file = tmp_path / "a.tar"
    with tarfile.open(file, "w:", format=tarfile.USTAR_FORMAT) as written:
        for name in ("toc.dat", "2571.dat"):
            member = tarfile.TarInfo(name)
            member.size = len(ROWS)
            written.addfile(member, io.BytesIO(ROWS))
    return file


def test_a_file_with_its_end_is_whole(archive: Path) -> None:
    """
    Empty blocks after the last member.
    """
    refuse_cut_tar(archive)


@pytest.mark.parametrize("length", [300, 512 + 700, 2560 + 100, 2560 + 512 + 700, 2 * 2560])
def test_a_file_without_its_end_was_cut_short(archive: Path, length: int) -> None:
    """
    In a header, among the rows of the first or the last member, or after that.
    """
    archive.write_bytes(archive.read_bytes()[:length])
    with pytest.raises(Failed, match=r"^a\.tar was cut short: it does not end as a tar file ends$"):
        refuse_cut_tar(archive)
