"""The supervisor's end of the pipe to the reaper process, which cleans up after a supervisor that died."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

CLEAN_UP_WITHIN_S = 30.0
PROGRAM = Path(__file__).with_name("reaper_process.py")


class Reaper:
    """Starts the reaper process and holds its pipe: when the pipe closes for any reason, it ends everything registered."""

    def __init__(self) -> None:
        reading, self._pipe = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(PROGRAM), str(reading)],
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
        """Forget a reaped process: its id may soon belong to another one."""
        self._send({"drop": pid})

    def delete(self, path: Path) -> None:
        """Register a file or tree to delete."""
        self._send({"path": str(path)})

    def alive(self) -> bool:
        """Whether the reaper process runs."""
        return self.process.poll() is None

    def close(self) -> None:
        """Close the pipe and wait for the reaper process to finish."""
        os.close(self._pipe)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=CLEAN_UP_WITHIN_S)

    def _send(self, entry: dict[str, object]) -> None:
        """Send one line; the supervisor checks for a dead reaper process, callers do not."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._pipe, json.dumps(entry).encode() + b"\n")
