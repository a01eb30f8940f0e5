"""The end of a file: whether a dump is whole stands there."""

from pathlib import Path


def last_bytes(file: Path, most: int) -> bytes:
    """The last *most* bytes of a file; all of it where it is shorter."""
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - most))
        return content.read(most)
