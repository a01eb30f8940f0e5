"""Run a command that must not outlive the gate: `python -m rollout.gate.guard COMMAND…`, with a pipe of the gate as stdin."""

import os
import subprocess
import sys
import threading
from signal import SIGINT, SIGTERM, signal
from types import FrameType

from rollout.parent_death import started


def main(command: list[str]) -> int:
    """The exit code of *command*; when stdin ends, the gate is gone, and the command is killed; it is too when this process is."""
    process = started(command, stdin=subprocess.DEVNULL)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    signal(SIGTERM, pass_on)
    signal(SIGINT, pass_on)
    threading.Thread(target=kill_at_end_of_input, args=(process,), daemon=True).start()
    return process.wait()


def kill_at_end_of_input(process: subprocess.Popen[bytes]) -> None:
    """Wait for the other end of the pipe to close, however that happens."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    process.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
