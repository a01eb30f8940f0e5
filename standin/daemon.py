"""Run the supervisor in this process, or in a child process that outlives it."""

import argparse
import asyncio
import contextlib
import os
import resource
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from standin.boot_state import BootOptions
from standin.errors import FAILED, StandinError, report
from standin.liveness import running
from standin.profiles import named
from standin.state_file import State
from standin.supervisor import Supervisor

WANTED_FILES = 4096


def supervise(arguments: argparse.Namespace, on_ready: Callable[[State], None]) -> int:
    """Run the supervisor to its end; gives the exit code."""
    _raise_file_limit()
    try:
        asyncio.run(_live(_options(arguments), on_ready))
    except BaseExceptionGroup as group:
        raise _first_error(group) from group
    return 0


async def _live(options: BootOptions, on_ready: Callable[[State], None]) -> None:
    await Supervisor(options, on_ready, _say).run()


def _say(line: str) -> None:
    """Print progress to stderr; a closed pipe is ignored."""
    with contextlib.suppress(OSError):
        print(f"standin: {line}", file=sys.stderr, flush=True)


def _options(arguments: argparse.Namespace) -> BootOptions:
    owner = arguments.owner_pid or (None if arguments.keep else os.getppid())
    if owner is not None and not running(owner):
        raise StandinError(f"there is no process {owner} to belong to")
    directory = Path(arguments.dir) if arguments.dir else None
    chosen = named(arguments.profile)
    profile = replace(chosen, frontend=chosen.frontend and not arguments.bare)
    return BootOptions(directory, arguments.name, owner, arguments.keep, arguments.baseline, profile)


def _raise_file_limit() -> None:
    """Raise the limit of open files, which children inherit; a low one is too small for PostgreSQL and Valkey."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED_FILES if hard == resource.RLIM_INFINITY else min(WANTED_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _first_error(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The error to report of several services that failed together; a defect of the stand-in itself comes first."""
    found: list[BaseException] = []
    for error in group.exceptions:
        found.append(_first_error(error) if isinstance(error, BaseExceptionGroup) else error)
    return next((error for error in found if not isinstance(error, StandinError | OSError)), found[0])


def detach(arguments: argparse.Namespace) -> int:
    """Fork a supervisor that outlives this process; returns after it has reported its state or its failure."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os._exit(_run_detached(arguments, writing))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        line = pipe.read()
    if line:
        sys.stdout.write(line)
        return 0
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) or FAILED


def _run_detached(arguments: argparse.Namespace, writing: int) -> int:
    """Run the supervisor in the forked child; its exit code."""
    os.setsid()
    with os.fdopen(writing, "w", encoding="utf-8") as pipe:
        return report(lambda: supervise(arguments, lambda state: _leave_terminal(state, pipe)))


def _leave_terminal(state: State, pipe: TextIO) -> None:
    """Write the state to *pipe* and close everything that belongs to the terminal."""
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    with (Path(state.logs_dir) / "supervisor.log").open("ab") as log:
        sys.stdout.flush()
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    pipe.write(state.line() + "\n")
    pipe.close()


def wait_for_end(pid: int, within: float) -> bool:
    """Wait up to *within* seconds until process *pid* has ended; whether it has."""
    waited = 0.0
    while running(pid) and waited < within:
        threading.Event().wait(0.05)
        waited += 0.05
    return not running(pid)
