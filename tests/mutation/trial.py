"""Try one mutant: written into the copy, imported by a fresh fork, under the tests that reach it, until one fails."""

import contextlib
import importlib
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal

import pytest

from tests.mutation.chosen import IMPORTS_S, TIMES_AS_LONG, Chosen, Notes, file_of, imported, limit_processor
from tests.mutation.frozen import Frozen
from tests.mutation.mutant import Mutant

OPTIONS = (
    "-q",
    "-p",
    "no:cacheprovider",
    "-n",
    "0",
    "--assert=plain",
)  # without rewriting of asserts, since failure messages are not read
MOST_MEMORY = 4 << 30  # bytes, of data in one trial
START_S = 300.0  # s; the longest wait for a start, on a busy machine
FORK = multiprocessing.get_context("fork")

Fate = Literal["killed", "survived", "endless"]


class Untrustworthy(Exception):
    """A trial ended without a result about its mutant."""


@dataclass(frozen=True)
class Result:
    """The fate of a mutant after *seconds* under the number of *tests*, and the test or import *by* which it ended."""

    mutant: Mutant
    fate: Fate
    by: str
    tests: int
    seconds: float

    @property
    def test(self) -> str:
        """The test by which it ended, without the signal."""
        return self.by.partition(" (SIG")[0]


def tried(frozen: Frozen, mutant: Mutant, tests: Sequence[str], seconds: Mapping[str, float]) -> Result:
    """The result of a mutant under *tests*; Untrustworthy if there is none."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, frozen.changed(mutant):
        notes = Notes(Path(folder) / "notes")
        process = forked(run_tests, frozen.root, mutant, tests, seconds, notes)
        process.join(START_S + TIMES_AS_LONG * sum(seconds.get(test, 0.0) for test in tests))
        fate, by = judged(mutant, process.exitcode, notes)
        end(process)
    return Result(mutant, fate, by, len(tests), time.monotonic() - began)


def judged(mutant: Mutant, exitcode: int | None, notes: Notes) -> tuple[Fate, str]:
    """The fate of a mutant and its cause, from the notes and the exit code of a trial; *exitcode* is None while it runs."""
    last = next(iter(notes.of("began")[-1:]), "imports")
    if exitcode is None or exitcode == -signal.SIGPROF:
        return "endless", last
    for word, what in (("broken", "import of "), ("uncollected", "import by "), ("failed", "")):
        for named in notes.of(word):
            return "killed", f"{what}{named}"
    if exitcode < 0:
        return "killed", f"{last} ({signal.Signals(-exitcode).name})"
    if exitcode == pytest.ExitCode.OK and notes.of("imported") in ([mutant.id], []):
        return "survived", ""
    raise Untrustworthy(f"{mutant.id}: exit {exitcode}, {notes.path.read_text(encoding='utf-8')[-500:]!r}")


def forked(work: Callable[..., None], *arguments: object) -> BaseProcess:
    """A process that does *work*."""
    process = FORK.Process(target=work, args=arguments)
    process.start()
    return process


def end(process: BaseProcess) -> None:
    """Kill the rest of a trial, and the processes that its tests started."""
    if process.pid:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.join()


def run_tests(root: Path, mutant: Mutant, tests: Sequence[str], seconds: Mapping[str, float], notes: Notes) -> None:
    """Run *tests* on the mutant in this process, silently, until one fails; exit as pytest does."""
    prepare(root)
    if not imports(mutant.module, notes):
        os._exit(1)
    codes = (run_part(part, seconds, notes) for part in parts(tests, mutant.file))
    code = next(filter(None, codes), 0)
    if tests:
        notes.add("imported", imported(mutant.module))
    os._exit(code or bool(notes.of("gone")))


def run_part(tests: Sequence[str], seconds: Mapping[str, float], notes: Notes) -> int:
    """Run *tests* until one fails; gives pytest's exit code. An error that stops pytest itself is noted as a broken import."""
    names = sorted({file_of(test) for test in tests})
    for name in (name for name in names if not Path(name).exists()):
        notes.add("gone", name)
    try:
        code = int(pytest.main([*OPTIONS, "-x", *names], plugins=[Chosen(tests, seconds, notes)]))
    except Exception as error:  # noqa: BLE001 whatever a mutant raises in the plugins that pytest imports
        notes.add("broken", f"pytest's plugins: {type(error).__name__}")
        return 1
    if code == pytest.ExitCode.USAGE_ERROR and not notes.of("gone"):
        notes.add("broken", "conftest.py")
    return code


def prepare(root: Path) -> None:
    """Make this process the leader of a process group in *root*, without output and with limits."""
    os.setpgrp()
    os.chdir(root)
    null = os.open(Path(os.devnull), os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(null, stream.fileno())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    limit_processor(IMPORTS_S)


def imports(module: str, notes: Notes) -> bool:
    """Whether the *module* can be imported; the error is noted."""
    try:
        importlib.import_module(module)
    except Exception as error:  # noqa: BLE001 whatever a mutant raises at its import
        notes.add("broken", f"{module}: {type(error).__name__}")
        return False
    return True


def parts(tests: Sequence[str], file: str) -> list[list[str]]:
    """
    The tests of the module's own file, then those of its package, then all others; empty parts are left out.

    Collecting all of them takes longer than a kill by the nearest ones.
    """
    distances = [distance(file_of(test), file) for test in tests]
    groups = [[test for test, far in zip(tests, distances, strict=True) if far == wanted] for wanted in range(3)]
    return [group for group in groups if group]


def distance(tests: str, file: str) -> int:
    """How far a file of tests is from a mutated *file*: 0 bears its name, 1 is about its package, 2 is anything else."""
    module, about = Path(file), Path(tests)
    if about.stem.removeprefix("test_") == module.stem:
        return 0
    return 1 if about.parent.name == module.parent.name else 2
