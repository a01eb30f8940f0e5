"""Try mutants: each in a process of its own that imports the mutated file and runs the tests that reach it."""

import importlib.abc
import importlib.util
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import CodeType
from typing import Literal

import pytest

from tests.mutation.mutant import ROOT, Mutant
from tests.mutation.reach import OPTIONS, Reach

BUDGET_S = 30.0  # of tests for one mutant, quick ones first
PATIENCE = 20.0  # times as long as the tests take without a mutant, on a processor of their own
START_S = 60.0  # imports and collection on a busy machine
FORK = multiprocessing.get_context("fork")

Fate = Literal["killed", "survived", "endless"]


@dataclass(frozen=True)
class Result:
    """What became of a mutant after *seconds*, under how many *tests*."""

    mutant: Mutant
    fate: Fate
    tests: int
    seconds: float


class Mutating(SourceFileLoader):
    """Compiles a text of its own in place of that of the file; nothing of it is kept on disk."""

    text = ""

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of the mutant."""
        return compile(self.text, self.path, "exec", dont_inherit=True)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the mutated module first."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """The specification of the mutated module, None for any other."""
        if fullname != self.mutant.module:
            return None
        file = str(ROOT / self.mutant.file)
        loader = Mutating(fullname, file)
        loader.text = self.mutant.text
        return importlib.util.spec_from_file_location(fullname, file, loader=loader)


def tried(mutants: Iterable[Mutant], reach: Reach, jobs: int) -> Iterator[Result]:
    """What becomes of each mutant, *jobs* at a time, in the order in which they end."""
    waiting = iter(mutants)
    running: list[Trial] = []
    while True:
        while len(running) < jobs and (mutant := next(waiting, None)) is not None:
            running.append(Trial(mutant, affordable(reach, mutant)))
        if not running:
            return
        left = min(trial.ends for trial in running) - time.monotonic()
        multiprocessing.connection.wait([trial.process.sentinel for trial in running], max(0.0, left))
        for trial in [trial for trial in running if trial.over]:
            running.remove(trial)
            yield trial.result()


def affordable(reach: Reach, mutant: Mutant) -> list[tuple[str, float]]:
    """The tests that reach a mutant with their seconds, quick ones first, as many as the budget takes."""
    chosen, spent = [], 0.0
    for test in reach.tests(mutant.file, mutant.line):
        seconds = reach.seconds.get(test, 0.0)
        spent += seconds
        if spent > BUDGET_S:
            break
        chosen.append((test, seconds))
    return chosen


class Trial:
    """A mutant under test."""

    def __init__(self, mutant: Mutant, tests: Sequence[tuple[str, float]]) -> None:
        self.mutant, self.tests = mutant, [test for test, _ in tests]
        self.began = time.monotonic()
        self.ends = self.began + START_S + PATIENCE * sum(seconds for _, seconds in tests)
        self.process: BaseProcess = forked(run_tests, mutant, self.tests)

    @property
    def over(self) -> bool:
        """Whether it came to an end, or takes too long."""
        return not self.process.is_alive() or time.monotonic() >= self.ends

    def result(self) -> Result:
        """What became of it; whatever still runs is ended."""
        fate: Fate = "endless" if self.process.is_alive() else fates(self.process.exitcode)
        if self.process.is_alive() and self.process.pid:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.join()
        return Result(self.mutant, fate, len(self.tests), time.monotonic() - self.began)


def forked(work: Callable[..., None], *arguments: object) -> BaseProcess:
    """A process that does *work*."""
    process = FORK.Process(target=work, args=arguments)
    process.start()
    return process


def fates(exitcode: int | None) -> Fate:
    """What an exit code of pytest says: only green tests let a mutant live."""
    return "survived" if exitcode == pytest.ExitCode.OK else "killed"


def run_tests(mutant: Mutant, tests: Sequence[str]) -> None:
    """Run *tests* on the mutant in this process, silently, until one fails; exit as pytest does."""
    os.setpgrp()
    silence()
    sys.meta_path.insert(0, Finder(mutant))
    codes = (int(pytest.main([*OPTIONS, "-x", *part])) for part in parts(tests, mutant.file))
    os._exit(next(filter(None, codes), 0))


def parts(tests: Sequence[str], file: str) -> list[list[str]]:
    """
    The tests of the module's own file, then those of its package, then all others, as far as there are any.

    To collect all of them takes longer than it takes the nearest to notice.
    """
    distances = [distance(test.partition("::")[0], file) for test in tests]
    groups = [[test for test, far in zip(tests, distances, strict=True) if far == wanted] for wanted in range(3)]
    return [group for group in groups if group]


def distance(tests: str, file: str) -> int:
    """How far a file of tests is from a mutated *file*: 0 bears its name, 1 is about its package, 2 is anything else."""
    module, about = Path(file), Path(tests)
    if about.stem.removeprefix("test_") == module.stem:
        return 0
    return 1 if about.parent.name == module.parent.name else 2


def silence() -> None:
    """Nothing that tests say is shown."""
    null = os.open(Path(os.devnull), os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(null, stream.fileno())
