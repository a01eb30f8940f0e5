"""One service of the stand-in as a process: started so that it cannot outlive us, with its output in a file."""

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
from standin.reaper import Reaper

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None  # loaded before any fork
TAIL_LINES = 6


@dataclass(frozen=True)
class Command:
    """What to run, and as whom."""

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
        """The process, which also leads a process group of that number."""
        return self.process.pid

    def alive(self) -> bool:
        """Whether it runs; one that does not is reaped here."""
        if self.process.poll() is None:
            return True
        self.table.drop(self.pid)
        return False

    def signal(self, number: int) -> None:
        """Signal the whole group, if there is still one."""
        if self.alive():
            os.killpg(self.pid, number)

    def tell(self, settings: dict[str, Any]) -> None:
        """Hand its settings to a command that waits for them; of one that died, the next look at it will tell."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError), self.process.stdin as pipe:
                pipe.write(json.dumps(settings).encode())

    def tail(self) -> str:
        """The last lines it wrote, on one line."""
        try:
            text = self.command.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return "no output"
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return " | ".join(lines[-TAIL_LINES:]) or "no output"


class ProcessTable(Reaper):
    """The processes of one boot, each also registered with the reaper."""

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
    """Wait for a command that ends by itself; its exit code."""
    await until(lambda: _false_is(child.alive), child, within, may_end=True)
    return int(child.process.returncode)


async def run(command: Command, table: ProcessTable, within: float = 30.0) -> None:
    """Run a command to its end; anything but success is an error with its last lines."""
    child = spawn(command, table)
    code = await finished(child, within)
    if code != 0:
        raise StartError(f"{command.name} failed with exit code {code}: {child.tail()}")


async def _false_is(check: Callable[[], bool]) -> bool:
    return not check()


async def until(
    check: Callable[[], Awaitable[bool]], child: Child, within: float, every: float = 0.01, may_end: bool = False
) -> None:
    """Wait for *check*, no longer than *within* seconds and not past the death of *child*."""
    name = child.command.name
    deadline = asyncio.get_running_loop().time() + within
    while not await check():
        if not may_end and not child.alive():
            raise StartError(f"{name} ended with exit code {child.process.returncode}: {child.tail()}")
        if asyncio.get_running_loop().time() > deadline:
            raise StartError(f"{name} gave no answer within {within:g} s: {child.tail()}")
        await asyncio.sleep(every)


async def end(children: list[Child], grace: float) -> None:
    """Ask all at once, each by its own signal, then insist."""
    for child in children:
        child.signal(child.command.end_signal)
    deadline = asyncio.get_running_loop().time() + grace
    while any(child.alive() for child in children) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.02)
    for child in children:
        child.signal(signal.SIGKILL)
        child.process.wait()
