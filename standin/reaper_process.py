"""End the registered processes and delete the registered files once the supervisor's end of a pipe closes."""

# Run as a bare file (`python -I -S reaper_process.py FD`), so that it starts in a few milliseconds and imports nothing of ours.
# One JSON line each: {"add": pid, "signal": n}, {"drop": pid}, {"path": "..."}, {"forget": "..."}.

import contextlib
import json
import os
import shutil
import signal
import sys
import threading

GRACE = 3.0
FINAL_WAIT_S = 0.5
STEP = 0.05


def main(fd: int) -> None:
    """Collect registrations until the pipe ends, then clean up."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    processes: dict[int, int] = {}
    paths: set[str] = set()
    with os.fdopen(fd, encoding="utf-8") as lines:
        for line in lines:
            _take(json.loads(line), processes, paths)
    _end(processes)
    for path in paths:
        _delete(path)


def _take(entry: dict[str, object], processes: dict[int, int], paths: set[str]) -> None:
    match entry:
        case {"add": int(pid), "signal": int(number)}:
            processes[pid] = number
        case {"drop": int(pid)}:
            processes.pop(pid, None)
        case {"path": str(path)}:
            paths.add(path)
        case {"forget": str(path)}:
            paths.discard(path)


def _end(processes: dict[int, int]) -> None:
    """Send each process its own signal, then kill the rest."""
    for pid, number in processes.items():
        _signal(pid, number)
    _wait_until_gone(processes, GRACE)
    for pid in processes:
        _signal(pid, signal.SIGKILL)
    _wait_until_gone(processes, FINAL_WAIT_S)


def _wait_until_gone(processes: dict[int, int], within: float) -> None:
    """Wait up to *within* seconds until the processes have ended; an unreaped zombie counts as running."""
    waited = 0.0
    while waited < within and any(_signal(pid, 0) for pid in processes):
        threading.Event().wait(STEP)
        waited += STEP


def _signal(group: int, number: int) -> bool:
    """Send a signal to a process group; whether it existed. Every service leads its own group."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _delete(path: str) -> None:
    if os.path.isdir(path):
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            os.unlink(path)


if __name__ == "__main__":
    main(int(sys.argv[1]))
