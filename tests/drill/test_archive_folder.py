"""A folder as a backup: each of its files has an end, or it was cut short."""

from pathlib import Path

import pytest

from rollout.drill.archive_folder import refuse_cut
from rollout.drill.outcome import Failed

ROWS = b"1\tone\n2\ttwo;\n"


def folder(place: Path, name: str, content: bytes) -> Path:
    """A dump with one file of rows."""
    (place / "toc.dat").write_bytes(b"PGDMP")
    (place / name).write_bytes(content)
    if name.startswith("blob_"):
        (place / "blobs_1.toc").write_text(f"19946 {name.removesuffix('.gz')}\n", encoding="ascii")
    return place


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2571.dat", ROWS + b"\\.\n\n\n"),
        ("2571.dat", b"\\.\n\n\n"),
        ("2571.dat", b"INSERT INTO public.book VALUES (1);\n\n\n"),
        ("2571.dat", b"\n\n"),
        ("2571.dat.gz", b"\x1f\x8b\x08 pg_restore looks at the rest"),
        ("blob_19946.dat", b""),
    ],
    ids=["rows", "no rows", "inserts", "no inserts", "compressed", "an empty large object"],
)
def test_a_file_with_its_end_is_whole(tmp_path: Path, name: str, content: bytes) -> None:
    """
    As pg_dump writes it, with and without rows.
    """
    refuse_cut(folder(tmp_path, name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [("2571.dat.gz", b"\x1f"), ("2571.dat.gz", ROWS), ("2571.dat.lz4", b"\x04\x22"), ("blob_1.dat.zst", b"\x28")],
    ids=["cut to a byte", "not compressed", "cut to two bytes", "a large object cut to a byte"],
)
def test_a_compressed_file_begins_as_its_name_says(tmp_path: Path, name: str, content: bytes) -> None:
    """
    pg_restore would take it for rows as they are, and exit with 0.
    """
    with pytest.raises(Failed, match=rf"/{name} was cut short, or overwritten: it begins as no \.[a-z4]+ file does"):
        refuse_cut(folder(tmp_path, name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [("2571.dat", ROWS), ("2571.dat", ROWS[:3]), ("2571.dat", b""), ("2571.dat.gz", b""), ("blob_19946.dat.gz", b"")],
    ids=[
        "after a row",
        "in a row",
        "nothing left",
        "nothing left of a compressed one",
        "nothing left of a large object",
    ],
)
def test_a_file_without_its_end_was_cut_short(tmp_path: Path, name: str, content: bytes) -> None:
    """
    pg_restore takes what is left for all rows, and exits with 0.
    """
    with pytest.raises(Failed, match=rf"/{name} was cut short: it does not end as pg_dump ends such a file"):
        refuse_cut(folder(tmp_path, name, content))


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("1 blob_1.dat\n2 blob_2.dat", r"/blobs_1.toc was cut short: its last line has no end$"),
        (
            "1 blob_1.dat\n",
            r"is not whole: 1 large object of 2 without its file, or its place in a list of them: blob_2$",
        ),
        ("1 blob_1.dat\n2 blob_2.dat\n3 blob_3.dat\n", r"is not whole: 1 large object of 3 .*: blob_3$"),
        (None, r"is not whole: 2 large objects of 2 .*: blob_1, blob_2$"),
    ],
    ids=["the last line cut", "a line gone", "a file gone", "no list"],
)
def test_a_list_of_large_objects_names_each_file(tmp_path: Path, listed: str | None, told: str) -> None:
    """
    pg_restore leaves those without data that it does not name, and exits with 0.
    """
    dump = folder(tmp_path, "blob_1.dat", b"x")
    (dump / "blob_2.dat.gz").write_bytes(b"\x1f\x8b\x08")
    file = dump / "blobs_1.toc"
    if listed is None:
        file.unlink()
    else:
        file.write_text(listed, encoding="ascii")
    with pytest.raises(Failed, match=told):
        refuse_cut(dump)
