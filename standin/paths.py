"""Paths of the stand-in: a private directory for each boot, the registry of boots, and a cache of templates."""

import os
import shutil
import tempfile
from pathlib import Path

from standin.errors import StandinError

APP = "xcodereviewer-standin"
PACKAGE_ROOT = Path(__file__).resolve().parent.parent


def _owned_directory(path: Path, mode: int = 0o700) -> bool:
    """Create *path* if it is absent; whether it is a writable directory of this user."""
    try:
        path.mkdir(parents=True, mode=mode, exist_ok=True)
        facts = path.lstat()
    except OSError:
        return False
    return (
        path.is_dir() and not path.is_symlink() and facts.st_uid == os.geteuid() and os.access(path, os.W_OK | os.X_OK)
    )


def _home() -> Path | None:
    """The home directory; None if it is missing or belongs to another user (as under sudo)."""
    try:
        home = Path.home()
        return home if home.stat().st_uid == os.geteuid() else None
    except (OSError, RuntimeError):
        return None


def open_tempdir() -> Path:
    """The temporary directory; for root one that PostgreSQL's unprivileged user can reach."""
    usual = Path(tempfile.gettempdir())
    if os.geteuid() != 0:
        return usual
    candidates = [usual, Path("/tmp"), Path("/var/tmp")]
    found = next((path for path in candidates if os.access(path, os.W_OK) and traversable(path / "any")), None)
    if found is None:
        raise StandinError(f"no temporary directory that others can pass through: {', '.join(map(str, candidates))}")
    return found


def shared_dir(suffix: str) -> Path:
    """A directory of this user with the same name at every boot."""
    return open_tempdir() / f"{APP}-{suffix}-{os.geteuid()}"


def cache_dir() -> Path | None:
    """A directory that outlives boots: under HOME where possible, else under the temporary directory, else none."""
    home = _home()
    candidates = [home / ".cache" / APP] if home else []
    return next((path for path in [*candidates, shared_dir("cache")] if _owned_directory(path)), None)


def runs_dir() -> Path:
    """The registry of running stand-ins, also the parent of their default directories."""
    path = shared_dir("runs")
    if not _owned_directory(path):
        raise StandinError(f"cannot use {path}: not a directory of this user, or not writable")
    return path


def private_dir() -> Path:
    """A new directory under the temporary directory; other users may traverse it, as PostgreSQL's user needs."""
    try:
        path = Path(tempfile.mkdtemp(prefix="xcr-standin-", dir=open_tempdir()))
    except OSError as error:
        raise StandinError(f"no temporary directory: {error}") from error
    path.chmod(0o711)
    return path


def traversable(path: Path) -> bool:
    """Whether a user without rights of its own can reach *path*."""
    try:
        return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)
    except OSError:
        return False


def write_private(path: Path, text: str) -> None:
    """Replace *path* atomically by a file that only this user can read."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def remove(path: Path) -> None:
    """Delete a file or a tree; a missing file, and errors within a tree, are ignored."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
