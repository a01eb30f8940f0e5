"""A monitor whose journal meets the end of its disk: it has to end by itself, say why, and leave readable what it wrote."""

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

WROTE_S = 30.0  # until the monitor has written its first looks
ENDS_S = 20.0  # from the moment at which nothing more can be written
LEAST_LOOKS = 2
MOST_CHARACTERS = 1000  # of what the monitor says: a path is long
POSSIBLE = sys.platform == "linux"  # elsewhere nobody can bound the files of another process


class FullDisk:
    """
    A monitor by *words* in an *environment*, whose files stop growing: the kernel refuses it each further byte, as a full disk does.

    It has a folder of its own for its journal, which goes with the block that this is entered for: it is no evidence.
    """

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self.words, self.environment = words, environment
        self.process: subprocess.Popen[str] | None = None
        self.ended_after_s = 0.0  # none: it did not
        self.said = ""

    def __enter__(self) -> "FullDisk":
        self.folder = tempfile.TemporaryDirectory(prefix="rollout-full-disk-")
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        self.folder.cleanup()

    def cause(self) -> None:
        """Let a monitor write some looks, then no byte more, and wait for its end."""
        self.process = process = started(
            [*self.words, "--journals", self.folder.name],
            cwd=current_project().root,
            env={**os.environ, **self.environment, "PYTHONDONTWRITEBYTECODE": "1"},  # no module is to be cut in half
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
        """End what is left of the monitor."""
        if self.exit_code is None and self.process:
            self.process.kill()
            self.process.communicate()

    @property
    def exit_code(self) -> int | None:
        """How the monitor ended; None where it did not, or never began."""
        return self.process.poll() if self.process else None

    def journal(self) -> Path:
        """The file that it writes."""
        found = sorted(Path(self.folder.name).glob("*.jsonl"))
        assert found, f"there is no journal; its exit code is {self.exit_code}"
        return found[-1]

    def expect_looks(self) -> None:
        """It has written some looks."""
        looks = sum(1 for _ in read_run(self.journal()).of(Slot))
        assert looks >= LEAST_LOOKS, f"{looks} looks are written, want {LEAST_LOOKS}; its exit code is {self.exit_code}"

    def afterwards(self) -> str:
        """How it ended, in words; AssertionError where not in order."""
        assert self.ended_after_s, f"its monitor went on for {ENDS_S:g} s, though it could write nothing"
        return told(self.exit_code or 0, self.said, read_run(self.journal()), self.ended_after_s)


def bound_files(pid: int, size: int) -> None:
    """Let the kernel refuse a process each byte of a file beyond that *size*."""
    if sys.platform == "linux":
        import resource

        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, size))


def told(exit_code: int, said: str, run: Run, after_s: float) -> str:
    """How a monitor ended whose disk was full; AssertionError where it hid that, or left nothing that can be read."""
    looks = sum(1 for _ in run.of(Slot))
    assert exit_code > 0, f"its monitor ended with {exit_code}, as if nothing were wrong"
    assert run.path.name in said, f"its monitor did not say which file is full: {said!r}"
    assert run.trusted, f"its journal cannot be read: {run.complaint}"
    assert looks >= LEAST_LOOKS, f"of its journal {looks} looks are readable"
    return f"its monitor ended by itself after {after_s:.1f} s with exit code {exit_code}, said why, and {looks} looks are readable"
