"""The output of a program, limited in time and size; no process of it stays behind."""

import os
import signal
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Timer
from typing import IO, Any

from rollout.parent_death import started
from rollout.target.message import one_line
from rollout.values import LARGEST_ANSWER, as_size

QUIET: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}


def printed(command: Sequence[str], name: str, within: float) -> bytes:
    """The output of *command*; AssertionError with its *name* if it fails, prints too much or takes longer than *within* seconds."""
    try:
        process = started(command, **QUIET, start_new_session=True)
    except OSError as error:
        raise AssertionError(f"{name}: got {type(error).__name__}, want a program that can be started") from None
    late = Timer(within, end, (process,))
    late.start()
    with process, ThreadPoolExecutor(2) as readers:
        out, complaint = readers.map(partial(beginning, process), (process.stdout, process.stderr))
    in_time = not late.finished.is_set()
    late.cancel()
    for text in (out, complaint):
        assert len(text) <= LARGEST_ANSWER, f"{name}: got more than {as_size(LARGEST_ANSWER)}, want a short text"
    assert in_time, f"{name}: got no end of it within {within:g} s, want an answer"
    said = one_line(complaint.decode(errors="replace"))
    assert process.returncode == 0, f"{name}: got exit {process.returncode}, want 0; {said}"
    return out


def beginning(process: subprocess.Popen[bytes], stream: IO[bytes]) -> bytes:
    """The content of *stream*; beyond LARGEST_ANSWER bytes the *process* is killed."""
    found = stream.read(LARGEST_ANSWER + 1)
    if len(found) > LARGEST_ANSWER:
        end(process)
    return found


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill the program and its child processes."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
