"""
The writer of a journal: one process of one boot of a machine, so that a later process with the same number is another.

A lock on a file does not name its holder: any process may lock a journal whose writer is dead. Without /proc the
process number alone identifies a writer. A writer in another container than the reader is not seen, and counts as
dead.
"""

import os
from pathlib import Path

PROC = Path("/proc")
BOOT = PROC / "sys/kernel/random/boot_id"


def this_process() -> str:
    """This process as the `writer` of a journal: `pid@boot:start`."""
    return identity(os.getpid()) or ""


def identity(pid: int) -> str | None:
    """The process with a number, as `writer` names it; None where there is none or it is a zombie."""
    if not BOOT.exists():
        return f"{pid}@:" if answers(pid) else None
    try:
        facts = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        state, *numbers = facts.rpartition(")")[2].split()
        return None if state in "ZX" else f"{pid}@{BOOT.read_text(encoding='utf-8').strip()}:{numbers[18]}"
    except (OSError, IndexError):
        return None


def answers(pid: int) -> bool:
    """Whether there is a process with that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_alive(writer: str | None) -> bool:
    """Whether the *writer* of a journal is at work on this machine."""
    pid = pid_of(writer)
    return pid.isdecimal() and int(pid) > 0 and identity(int(pid)) == writer


def pid_of(writer: str | None) -> str:
    """The process number of a writer, empty without one."""
    return (writer or "").partition("@")[0]
