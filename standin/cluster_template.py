"""A template of a migrated, empty database cluster, which later boots copy."""

import dataclasses
import hashlib
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

from standin import environment, postgres
from standin.binaries import postgres_home
from standin.errors import StartError
from standin.paths import PACKAGE_ROOT, cache_dir, remove
from standin.postgres import PostgresCluster
from standin.processes import Command, end, run

KEPT = 3
PASSWORD_FILE = "admin-password"


def key() -> str:
    """The key of the template; it changes with everything that would change a new cluster."""
    server = (postgres_home() / "bin" / "postgres").stat()
    digest = hashlib.sha256(f"{server.st_size}:{server.st_mtime_ns}:{os.geteuid()}".encode())
    migrations = sorted((PACKAGE_ROOT / "standin" / "migrations").rglob("*.py"))
    for path in [*migrations, PACKAGE_ROOT / "standin" / "migrate.py", Path(postgres.__file__), Path(__file__)]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:20]


def cached() -> Path | None:
    """The path of the template for the current migrations, existing or not; None without a cache."""
    cache = cache_dir()
    return cache / f"template-{key()}" if cache else None


async def reuse(server: PostgresCluster, place: Path | None) -> str | None:
    """Fill *server*'s data directory from the template at *place*; gives its administrator's password, None if there is none to copy."""
    if place is None or not (place / PASSWORD_FILE).exists():
        return None
    try:
        await _copy(place / "data", server.data, server)
        await server.take_over()
        return (place / PASSWORD_FILE).read_text(encoding="utf-8")
    except (OSError, StartError):  # another boot has just pruned it
        remove(server.data)
        return None


async def make(server: PostgresCluster, migrate: Callable[[], Awaitable[None]], place: Path | None) -> str:
    """Fill *server*'s data directory from nothing, and leave a template for the next boot."""
    await _make(server, migrate)
    if place is not None:
        await _publish(server, place)
    return server.passwords[postgres.ADMIN]


async def _make(server: PostgresCluster, migrate: Callable[[], Awaitable[None]]) -> None:
    await server.initialise()
    child = await server.start()
    await server.create()
    await server.rotate_passwords(server.passwords[postgres.ADMIN])
    await migrate()
    child.command = dataclasses.replace(child.command, end_signal=signal.SIGINT)  # with a checkpoint, unlike SIGQUIT
    await end([child], grace=10)
    if child.process.returncode != 0:
        raise StartError(f"the new database cluster did not shut down cleanly: {child.tail()}")


async def _copy(source: Path, goal: Path, server: PostgresCluster) -> None:
    """Copy by cp, which keeps owners, is fast for thousands of files, and can be killed when a boot is cancelled."""
    argv = ["cp", "-a", str(source), str(goal)]
    await run(Command("cp", argv, server.log, environment.base(), server.directory), server.table)


async def _publish(server: PostgresCluster, place: Path) -> None:
    """Publish the stopped cluster for later boots; the first boot to do so wins. Errors such as a full disk are ignored."""
    draft = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        draft.mkdir(mode=0o700)
        await _copy(server.data, draft / "data", server)
        secret = os.open(draft / PASSWORD_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(secret, "w", encoding="utf-8") as file:
            file.write(server.passwords[postgres.ADMIN])
        draft.rename(place)
    except (OSError, StartError):
        remove(draft)
    _prune(place)


def _prune(newest: Path) -> None:
    """Delete all but the last few templates; older ones belong to former migrations."""
    found = [path for path in newest.parent.glob("template-*") if path != newest]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in found[KEPT - 1 :]:
        remove(path)
