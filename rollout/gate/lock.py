"""
Locks: one gate at a time for a phase on a target, and one rollback, or drill that changes it, at a time on a target.

A watch or tests by hand need no lock.
"""

import fcntl
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

GATE, ROLLBACK = "gate", "rollback"


@contextmanager
def at_work(folder: Path, kind: str = GATE) -> Iterator[None]:
    """
    Hold the lock of that *kind* in the *folder* of a phase or a target; ValueError names the command that holds it.

    The lock ends with its process.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind}.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(f"another {kind} is at work here: {holder(path)}; wait for it or end it") from None
        file.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        json.dump({"pid": os.getpid(), "command": ["rollout", *sys.argv[1:]], "since": since}, file)
        file.flush()
        yield
        file.truncate(0)


def holder(path: Path) -> str:
    """The process that holds a lock, in words, as written in its file."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return f"{' '.join(said['command'])}, pid {said['pid']}, since {said['since']}"
    except (ValueError, KeyError, TypeError):  # it is just being written
        return "it has only begun"
