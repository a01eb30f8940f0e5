"""The services of the stand-in as processes: none outlives the supervisor, and the output goes to a file."""

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standin.errors import StartError
from standin.ports import free_port
from standin.reaper import Reaper

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None  # loaded before any fork
TAIL_LINES = 6
START_ATTEMPTS = 5
ANSWER_S = 3.0  # s
TAKEN = "address already in use"  # in the words of each server


@dataclass(frozen=True)
class Command:
    """A command line with its environment, user and log."""

    name: str
    argv: list[str]
    log: Path
    env: dict[str, str]
    cwd: Path
    uid: int | None = None
    fds: tuple[int, ...] = ()
    end_signal: int = signal.SIGTERM
    waits: bool = False  # for `tell`


@dataclass
class Child:
    """A started command."""

    command: Command
    process: subprocess.Popen[bytes]
    table: Reaper

    @property
    def pid(self) -> int:
        """The process id, which is also that of its process group."""
        return self.process.pid

    def alive(self) -> bool:
        """Whether the process runs; an ended one is reaped here."""
        if self.process.poll() is None:
            return True
        self.table.drop(self.pid)
        return False

    def signal(self, number: int) -> None:
        """Send a signal to the whole process group, if it still exists."""
        if self.alive():
            os.killpg(self.pid, number)

    def tell(self, settings: dict[str, Any]) -> None:
        """Write the settings to a waiting command; the death of one is noticed by the next check."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self.process.stdin as pipe:
                pipe.write(json.dumps(settings).encode())

    def tail(self) -> str:
        """The last lines of the output, on one line."""
        try:
            text = self.command.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return "no output"
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return " | ".join(lines[-TAIL_LINES:]) or "no output"


class ProcessTable(Reaper):
    """The processes of one boot; each is also registered with the reaper."""

    def __init__(self) -> None:
        super().__init__()
        self.children: list[Child] = []


def spawn(command: Command, table: ProcessTable) -> Child:
    """Start *command* from the main thread: Linux sends the death signal when the starting *thread* ends."""
    supervisor = os.getpid()

    def before_exec() -> None:
        table.add(os.getpid(), command.end_signal)
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, command.end_signal)
            if os.getppid() != supervisor:
                os._exit(1)

    try:
        with command.log.open("ab") as log:
            process = subprocess.Popen(
                command.argv,
                stdin=subprocess.PIPE if command.waits else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=command.env,
                cwd=command.cwd,
                pass_fds=command.fds,
                start_new_session=True,
                preexec_fn=before_exec,
                user=command.uid,
                group=command.uid,
                extra_groups=None if command.uid is None else [],
            )
    except (OSError, subprocess.SubprocessError) as error:
        raise StartError(f"{command.name} did not start: {error}") from error
    child = Child(command, process, table)
    table.children.append(child)
    return child


async def finished(child: Child, within: float) -> int:
    """Wait for a command that ends by itself; gives its exit code."""
    await until(lambda: _false_is(child.alive), child, within, may_end=True)
    return int(child.process.returncode)


async def run(command: Command, table: ProcessTable, within: float = 30.0) -> None:
    """Run a command to its end; StartError with its last lines if it fails."""
    child = spawn(command, table)
    code = await finished(child, within)
    if code != 0:
        raise StartError(f"{command.name} failed with exit code {code}: {child.tail()}")


async def _false_is(check: Callable[[], bool]) -> bool:
    return not check()


async def until(
    check: Callable[[], Awaitable[bool]], child: Child, within: float, every: float = 0.01, may_end: bool = False
) -> None:
    """Wait until *check* is true; StartError after *within* seconds, or at the end of *child* unless *may_end*."""
    name = child.command.name
    deadline = asyncio.get_running_loop().time() + within
    while not await answered(check):
        if not may_end and not child.alive():
            raise StartError(f"{name} ended with exit code {child.process.returncode}: {child.tail()}")
        if asyncio.get_running_loop().time() > deadline:
            raise StartError(f"{name} gave no answer within {within:g} s: {child.tail()}")
        await asyncio.sleep(every)


async def answered(check: Callable[[], Awaitable[bool]]) -> bool:
    """The outcome of *check*; false without one in ANSWER_S: the listener at a taken port may be another program."""
    try:
        return await asyncio.wait_for(check(), ANSWER_S)
    except TimeoutError:
        return False


async def on_free_port(port: int, start: Callable[[int], Awaitable[Child]]) -> tuple[int, Child]:
    """
    What *start* starts on *port*, with that port; 0 stands for any free one, and for another if it is taken meanwhile.
    """
    for _ in range(START_ATTEMPTS - 1 if port == 0 else 0):
        chosen = free_port()
        try:
            return chosen, await start(chosen)
        except StartError as error:
            if TAKEN not in str(error).lower():
                raise
    chosen = port or free_port()
    return chosen, await start(chosen)


async def end(children: list[Child], grace: float) -> None:
    """Send each child its own signal, wait up to *grace* seconds, then kill the rest."""
    for child in children:
        child.signal(child.command.end_signal)
    deadline = asyncio.get_running_loop().time() + grace
    while any(child.alive() for child in children) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.02)
    for child in children:
        child.signal(signal.SIGKILL)
        child.process.wait()
