"""Check that each file in a folder of pg_dump has its end; pg_restore does not check all of them."""

from pathlib import Path

from rollout.drill.file_end import last_bytes
from rollout.drill.outcome import Failed
from rollout.values import numbered, some

MAGIC = {".gz": b"\x1f\x8b", ".lz4": b"\x04\x22\x4d\x18", ".zst": b"\x28\xb5\x2f\xfd"}
MOST_MAGIC = 4
END_OF_ROWS, END_OF_INSERTS, NO_INSERTS = b"\\.\n\n\n", b";\n\n\n", b"\n\n"


def refuse_cut(folder: Path) -> None:
    """
    Failed where a *folder* holds no dump, or a file cut short: pg_restore would restore only the rows before the cut.
    """
    if not (folder / "toc.dat").exists():
        raise Failed(f"{folder.name} is a folder without toc.dat: no dump is in it")
    for file in sorted([*folder.glob("[0-9]*.dat*"), *folder.glob("blob_*.dat.*")]):
        if not is_compressed_as_named(file):
            raise Failed(
                f"{folder.name}/{file.name} was cut short, or overwritten: it begins as no {file.suffix} file does"
            )
        if not has_end(file):
            raise Failed(f"{folder.name}/{file.name} was cut short: it does not end as pg_dump ends such a file")
    refuse_unlisted(folder)


def refuse_unlisted(folder: Path) -> None:
    """
    Failed where the lists of large objects in a *folder* are cut, or do not name every file of one.

    pg_restore leaves an object without its data where no list names its file.
    """
    there = {file.name.partition(".")[0] for file in folder.glob("blob_*.dat*")}
    listed: set[str] = set()
    for catalogue in sorted(folder.glob("blobs*.toc")):
        text = catalogue.read_bytes().decode(errors="replace")
        if not text.endswith("\n"):
            raise Failed(f"{folder.name}/{catalogue.name} was cut short: its last line has no end")
        listed |= {line.partition(" ")[2].partition(".")[0] for line in text.splitlines()}
    if without := sorted(there ^ listed):
        raise Failed(
            f"{folder.name} is not whole: {numbered(len(without), 'large object', 'large objects')} of"
            f" {len(there | listed)} without its file, or its place in a list of them: {some(without)}"
        )


def is_compressed_as_named(file: Path) -> bool:
    """
    Whether a file begins as its ending says; pg_restore takes a `.gz` file of one byte, or one that is none, for rows as they are.

    An empty one has no beginning that could be wrong.
    """
    with file.open("rb") as content:
        start = content.read(MOST_MAGIC)
    return not start or start.startswith(MAGIC.get(file.suffix, b""))


def has_end(file: Path) -> bool:
    """
    Whether the rows of a table have an end; of a compressed file pg_restore detects that itself, unless it is empty.

    A large object that is not compressed has no end.
    """
    if file.suffix != ".dat":
        return file.stat().st_size > 0
    end = last_bytes(file, len(END_OF_ROWS))
    return end.endswith((END_OF_ROWS, END_OF_INSERTS)) or end == NO_INSERTS
