"""Install packages for a test: a folder on sys.path with one module and its entry points."""

from pathlib import Path


def install(folder: Path, name: str, code: str, entries: str) -> None:
    """Write a package to *folder*, with one module and its entry points."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(entries, encoding="utf-8")
