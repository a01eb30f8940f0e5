"""A monitor on a full disk: it has to end by itself, name the full file, and leave its records readable."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rollout.drill.outcome import CannotTell
from rollout.evidence import Run
from rollout.evidence.reader import read_run
from rollout.evidence.records import Slot
from rollout.parent_death import started
from rollout.project import current_project
from rollout.target.message import one_line
from rollout.target.wait import eventually

WROTE_S = 30.0  # seconds for the monitor to write its first looks
ENDS_S = 20.0  # seconds for its end, once nothing more can be written
LEAST_LOOKS = 2
MOST_CHARACTERS = 1000  # of its output, which holds a long path
POSSIBLE = sys.platform == "linux"  # only Linux can limit the files of another process


class FullDisk:
    """
    A monitor, started by *words* in an *environment*, whose files stop growing: the kernel refuses each further byte.

    Its journal is in a temporary folder, removed after the block: it is no evidence.
    """

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self.words, self.environment = words, environment
        self.process: subprocess.Popen[str] | None = None
        self.ended_after_s = 0.0  # 0 if it did not end
        self.said = ""

    def __enter__(self) -> "FullDisk":
        self.folder = tempfile.TemporaryDirectory(prefix="rollout-full-disk-")
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self.folder.cleanup()

    def cause(self) -> None:
        """Let a monitor write some looks and then no further byte, and wait for its end."""
        self.process = process = started(
            [*self.words, "--journals", self.folder.name],
            cwd=current_project().root,
            env={**os.environ, **self.environment, "PYTHONDONTWRITEBYTECODE": "1"},  # the limit would cut .pyc files
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            eventually(self.expect_looks, within=WROTE_S)
        except AssertionError as error:
            raise CannotTell(f"the monitor whose disk is to fill did not begin: {one_line(str(error))}") from None
        bound_files(process.pid, self.journal().stat().st_size)
        filled_at = time.monotonic()
        try:
            _, said = process.communicate(timeout=ENDS_S)
        except subprocess.TimeoutExpired:
            return
        last = said.strip().rpartition("\n")[2]
        self.ended_after_s, self.said = time.monotonic() - filled_at, one_line(last, MOST_CHARACTERS)

    def end(self) -> None:
        """Kill the monitor if it still runs."""
        if self.exit_code is None and self.process:
            self.process.kill()
            self.process.communicate()

    @property
    def exit_code(self) -> int | None:
        """The exit code of the monitor; None where it did not end, or never began."""
        return self.process.poll() if self.process else None

    def journal(self) -> Path:
        """The journal of the monitor."""
        found = sorted(Path(self.folder.name).glob("*.jsonl"))
        assert found, f"there is no journal; its exit code is {self.exit_code}"
        return found[-1]

    def expect_looks(self) -> None:
        """Assert that it has written some looks."""
        looks = sum(1 for _ in read_run(self.journal()).of(Slot))
        assert looks >= LEAST_LOOKS, f"{looks} looks are written, want {LEAST_LOOKS}; its exit code is {self.exit_code}"

    def afterwards(self) -> str:
        """The end of the monitor in words; AssertionError where it is not in order."""
        assert self.ended_after_s, f"its monitor went on for {ENDS_S:g} s, though it could write nothing"
        return told(self.exit_code or 0, self.said, read_run(self.journal()), self.ended_after_s)


def bound_files(pid: int, size: int) -> None:
    """Limit every file of a process to *size* bytes."""
    if sys.platform == "linux":
        import resource

        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, size))


def told(exit_code: int, said: str, run: Run, after_s: float) -> str:
    """
    The end of a monitor with a full disk, in words; AssertionError where it hid that, or its journal is not readable.
    """
    looks = sum(1 for _ in run.of(Slot))
    assert exit_code > 0, f"its monitor ended with {exit_code}, as if nothing were wrong"
    assert run.path.name in said, f"its monitor did not say which file is full: {said!r}"
    assert run.trusted, f"its journal cannot be read: {run.complaint}"
    assert looks >= LEAST_LOOKS, f"of its journal {looks} looks are readable"
    return f"its monitor ended by itself after {after_s:.1f} s with exit code {exit_code}, said why, and {looks} looks are readable"
