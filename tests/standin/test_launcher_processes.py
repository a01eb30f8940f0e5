"""Processes that cannot outlive the one that started them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from standin.errors import StartError
from standin.processes import Command, ProcessTable, end, run, spawn, until

SLEEPER = [sys.executable, "-I", "-S", "-c", "import signal; signal.pause()"]


@pytest.fixture
def table() -> Iterator[ProcessTable]:
    """A process table, closed at the end."""
    table = ProcessTable()
    yield table
    table.close()


def command(argv: list[str], directory: Path, name: str = "service") -> Command:
    """A command with its log in *directory*."""
    return Command(name, argv, directory / "log", dict(os.environ), directory)


def test_the_reaper_ends_what_is_registered_and_deletes_its_files(tmp_path: Path) -> None:
    """
    Closing the pipe is all it takes, as the death of a supervisor does.
    """
    data = tmp_path / "data"
    data.mkdir()
    table = ProcessTable()
    child = spawn(command(SLEEPER, tmp_path), table)
    table.delete(data)
    with ThreadPoolExecutor() as pool:
        exit_code = pool.submit(child.process.wait, timeout=30)
        table.close()
    assert exit_code.result() == -signal.SIGTERM
    assert not data.exists()


def test_a_process_that_was_reaped_is_dropped_by_the_reaper(tmp_path: Path, table: ProcessTable) -> None:
    """
    Its number may be another process's by the time the reaper acts; asking twice is no error.
    """
    child = spawn(command(SLEEPER, tmp_path), table)
    asyncio.run(end([child], grace=5))
    assert not child.alive()
    child.signal(signal.SIGKILL)


def test_a_command_that_fails_shows_its_last_lines(tmp_path: Path, table: ProcessTable) -> None:
    """
    One line says which service, with what exit code, and what it had to say.
    """
    failing = command(["/bin/sh", "-c", "echo no space left; exit 3"], tmp_path, "initdb")
    with pytest.raises(StartError, match="initdb failed with exit code 3: no space left"):
        asyncio.run(run(failing, table))


def test_a_program_that_is_not_there_is_one_line(tmp_path: Path, table: ProcessTable) -> None:
    """
    A missing binary is named, without a traceback.
    """
    with pytest.raises(StartError, match=r"postgres did not start: .*nowhere"):
        spawn(command([str(tmp_path / "nowhere")], tmp_path, "postgres"), table)


def test_waiting_ends_when_the_process_does(tmp_path: Path, table: ProcessTable) -> None:
    """
    A dead service is reported at once, not after the whole waiting time.
    """
    child = spawn(command(["/bin/sh", "-c", "echo bad config; exit 1"], tmp_path, "redis"), table)

    async def never() -> bool:
        return False

    with pytest.raises(StartError, match="redis ended with exit code 1: bad config"):
        asyncio.run(until(never, child, within=20))


def test_waiting_for_a_silent_process_ends_in_time(tmp_path: Path, table: ProcessTable) -> None:
    """
    A service that hangs is given up.
    """
    child = spawn(command(SLEEPER, tmp_path, "worker"), table)

    async def never() -> bool:
        return False

    with pytest.raises(StartError, match=r"worker gave no answer within 0\.05 s: no output"):
        asyncio.run(until(never, child, within=0.05))
    asyncio.run(end([child], grace=0))


@pytest.mark.skipif(
    sys.platform != "linux", reason="the parent's death signal is Linux's; elsewhere the reaper acts alone"
)
def test_linux_ends_children_even_if_supervisor_and_reaper_die_together(tmp_path: Path) -> None:
    """
    The kernel signals the children too.
    """
    script = (
        "import sys, pathlib, os, signal; from standin.processes import Command, ProcessTable, spawn\n"
        f"d = pathlib.Path({str(tmp_path)!r}); g = ProcessTable()\n"
        f"c = spawn(Command('s', {SLEEPER!r}, d / 'log', dict(os.environ), d), g); print(c.pid, flush=True)\n"
        "g.process.kill(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=False)
    pid = int(done.stdout)
    fd = _pidfd(pid)
    assert fd is None or _ends(fd, within_ms=5000)


def _pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None


def _ends(fd: int, within_ms: int) -> bool:
    import select

    poll = select.poll()
    poll.register(fd, select.POLLIN)
    ended = bool(poll.poll(within_ms))
    os.close(fd)
    return ended
