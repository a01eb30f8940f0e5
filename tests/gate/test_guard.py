"""The guard runs a command that must not outlive the gate."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM

import psutil
import pytest

from rollout.target.wait import eventually

OBEDIENT = """
import signal, sys, time
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda number, frame: sys.exit(number))
print("up", flush=True)
signal.pause()
"""
STUBBORN = OBEDIENT.replace("sys.exit(number)", "None").replace("signal.pause()", "while True: signal.pause()")
Guard = subprocess.Popen[str]


@contextmanager
def guarded(*command: str) -> Iterator[Guard]:
    """A guard with a pipe as stdin, and *command* in its care."""
    with subprocess.Popen(
        (sys.executable, "-m", "rollout.gate.guard", *command),
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as guard:
        try:
            yield guard
        finally:
            guard.kill()


def python(code: str) -> tuple[str, ...]:
    """A command that runs *code*."""
    return (sys.executable, "-c", code)


def ward(guard: Guard) -> psutil.Process:
    """The process in its care, once it is up."""
    assert guard.stdout is not None
    assert guard.stdout.readline() == "up\n"
    (child,) = psutil.Process(guard.pid).children()
    return child


@pytest.mark.parametrize("code", [0, 1, 5, 40])
def test_the_exit_code_is_that_of_the_command(code: int) -> None:
    """
    Whoever asks the guard learns how the command ended.
    """
    with guarded(*python(f"raise SystemExit({code})")) as guard:
        assert guard.wait(timeout=30) == code


def test_what_the_command_says_comes_through() -> None:
    """
    Its output is the guard's output, and it reads nothing from the gate.
    """
    with guarded(*python("import sys; print(repr(sys.stdin.read()))")) as guard:
        assert guard.stdout is not None
        assert guard.stdout.read() == "''\n"


@pytest.mark.parametrize("number", [SIGTERM, SIGINT])
def test_a_signal_is_passed_on(number: int) -> None:
    """
    The command decides how it ends, so that its journal gets its end.
    """
    with guarded(*python(OBEDIENT)) as guard:
        ward(guard)
        guard.send_signal(number)
        assert guard.wait(timeout=30) == number


@pytest.mark.parametrize("code", [OBEDIENT, STUBBORN], ids=["obedient", "stubborn"])
def test_the_command_is_killed_when_the_gate_is_gone(code: str) -> None:
    """
    The end of its input means that nobody waits any more; the command gets no time to end properly.
    """
    with guarded(*python(code)) as guard:
        child = ward(guard)
        assert guard.stdin is not None
        guard.stdin.close()
        assert guard.wait(timeout=30) == -SIGKILL % 256
        assert not child.is_running()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_the_command_is_killed_when_its_guard_is_killed() -> None:
    """
    The kernel ends the command, so that no load goes on without a guard.
    """
    with guarded(*python(STUBBORN)) as guard:
        child = ward(guard)
        guard.kill()

        def gone() -> None:
            assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE

        eventually(gone, within=30)


def test_the_command_is_killed_when_its_gate_is_killed(tmp_path: Path) -> None:
    """
    A gate that cannot say goodbye takes its stages along: the kernel closes its pipe.
    """
    gate = f"""
import subprocess, sys
guard = [sys.executable, "-m", "rollout.gate.guard", sys.executable, "-c", {STUBBORN!r}]
subprocess.Popen(guard, stdin=subprocess.PIPE).wait()
"""
    with subprocess.Popen(
        python(gate), cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()

        def gone() -> None:
            assert [each for each in family if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []

        eventually(gone, within=30)
    assert len(family) == 2
