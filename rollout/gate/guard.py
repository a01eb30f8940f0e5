"""
Run a command that ends with the gate: `python -m rollout.gate.guard COMMAND…`, with a pipe from the gate as stdin.
"""

import os
import subprocess
import sys
import threading
from signal import SIGINT, SIGTERM, signal
from types import FrameType

from rollout.parent_death import started


def main(command: list[str]) -> int:
    """
    The exit code of *command*, which is killed when stdin ends, since the gate is gone then, or when this process dies.
    """
    process = started(command, stdin=subprocess.DEVNULL)

    def pass_on(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    signal(SIGTERM, pass_on)
    signal(SIGINT, pass_on)
    threading.Thread(target=kill_at_end_of_input, args=(process,), daemon=True).start()
    return process.wait()


def kill_at_end_of_input(process: subprocess.Popen[bytes]) -> None:
    """Kill *process* as soon as the other end of the pipe closes."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    process.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
