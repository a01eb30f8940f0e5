"""Check that a tar file of pg_dump has its end, which pg_restore does not check."""

import tarfile
from pathlib import Path

from rollout.drill.outcome import Failed

BLOCK = 512  # bytes; a block of zeros ends the file


def refuse_cut_tar(file: Path) -> None:
    """Failed where a *file* was cut short: pg_restore would restore only the rows before the cut."""
    try:
        with tarfile.open(file, "r:") as archive:
            archive.getmembers()
    except tarfile.ReadError:
        whole = False
    else:
        whole = last_block(file) == bytes(BLOCK)
    if not whole:
        raise Failed(f"{file.name} was cut short: it does not end as a tar file ends")


def last_block(file: Path) -> bytes:
    """The last block of a file."""
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - BLOCK))
        return content.read()
