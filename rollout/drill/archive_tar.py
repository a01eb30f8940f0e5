"""Check that a tar file of pg_dump has its end, which pg_restore does not check."""

import tarfile
from pathlib import Path

from rollout.drill.file_end import last_bytes
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
        whole = last_bytes(file, BLOCK) == bytes(BLOCK)
    if not whole:
        raise Failed(f"{file.name} was cut short: it does not end as a tar file ends")
