"""Check that each file in a folder of pg_dump has its end; pg_restore does not check all of them."""

from pathlib import Path

from rollout.drill.file_end import last_bytes
from rollout.drill.outcome import Failed

END_OF_ROWS, END_OF_INSERTS, NO_INSERTS = b"\\.\n\n\n", b";\n\n\n", b"\n\n"


def refuse_cut(folder: Path) -> None:
    """
    Failed where a *folder* holds no dump, or a file cut short: pg_restore would restore only the rows before the cut.
    """
    if not (folder / "toc.dat").exists():
        raise Failed(f"{folder.name} is a folder without toc.dat: no dump is in it")
    for file in sorted([*folder.glob("[0-9]*.dat*"), *folder.glob("blob_*.dat.*")]):
        if not has_end(file):
            raise Failed(f"{folder.name}/{file.name} was cut short: it does not end as pg_dump ends such a file")


def has_end(file: Path) -> bool:
    """
    Whether the rows of a table have an end; of a compressed file pg_restore detects that itself, unless it is empty.

    A large object that is not compressed has no end.
    """
    if file.suffix != ".dat":
        return file.stat().st_size > 0
    end = last_bytes(file, len(END_OF_ROWS))
    return end.endswith((END_OF_ROWS, END_OF_INSERTS)) or end == NO_INSERTS
