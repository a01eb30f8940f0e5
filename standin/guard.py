"""The supervisor's end of the pipe to its watcher."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standin.processes import Child

PATIENCE = 30.0
WATCHER = Path(__file__).with_name("watcher.py")


class Guard:
    """Holds the pipe whose closing, by whatever death, makes the watcher end everything registered."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        reading, self._pipe = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(WATCHER), str(reading)],
            pass_fds=[reading],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
        os.close(reading)

    def add(self, pid: int, number: int) -> None:
        """Register a process group and the signal that asks it to end. Called in the child, between fork and exec."""
        self._send({"add": pid, "signal": number})

    def drop(self, pid: int) -> None:
        """Forget a process that has been reaped: its number may soon be somebody else's."""
        self._send({"drop": pid})

    def delete(self, path: Path) -> None:
        """Register a file or tree to delete."""
        self._send({"path": str(path)})

    def alive(self) -> bool:
        """Whether there is still somebody at the other end."""
        return self.process.poll() is None

    def dismiss(self) -> None:
        """Close the pipe and wait for the watcher to finish."""
        os.close(self._pipe)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=PATIENCE)

    def _send(self, entry: dict[str, object]) -> None:
        """A dead watcher is the supervisor's business to notice, not every caller's."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._pipe, json.dumps(entry).encode() + b"\n")
