"""Backups like those of an operator: a real dump, and a catalogue with its size and end time."""

import hashlib
import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from standin import environment
from standin.errors import StandinError
from standin.paths import write_private
from standin.state_file import State

CATALOGUE = "catalogue.json"
WITHIN = 120.0


def take(state: State, *options: str) -> Path:
    """Dump the database, with more *options* of pg_dump, and enter the dump in the catalogue."""
    directory = Path(state.backup_dir)
    directory.mkdir(exist_ok=True)
    file = directory / f"xcodereviewer-{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}.dump"
    _dump(state, file, *options)
    enter(file, datetime.now(UTC))
    return file


def _dump(state: State, file: Path, *options: str) -> None:
    """Run pg_dump; the address goes by the environment, since any user can read arguments."""
    argv = [str(Path(state.postgres_bin) / "pg_dump"), "--format=custom", "--file", str(file), *options]
    env = {**environment.base(), **environment.libpq(state.postgres_admin_dsn)}
    try:
        done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=WITHIN, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StandinError(f"pg_dump did not run: {error}") from error
    if done.returncode != 0:
        raise StandinError(f"pg_dump failed: {' | '.join(done.stderr.splitlines()[-2:])}")


def enter(file: Path, finished_at: datetime) -> None:
    """Make *file* the catalogue's entry."""
    content = file.read_bytes()
    entry = {
        "file": file.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "finished_at": finished_at.isoformat(),
    }
    write_private(file.with_name(CATALOGUE), json.dumps(entry, indent=2) + "\n")


def newest(state: State) -> Path:
    """The file of the dump in the catalogue."""
    catalogue = Path(state.backup_dir) / CATALOGUE
    try:
        return catalogue.with_name(json.loads(catalogue.read_text(encoding="utf-8"))["file"])
    except (OSError, ValueError, KeyError) as error:
        raise StandinError(f"there is no backup yet: {error}") from error
