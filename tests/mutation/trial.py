"""Try mutants: each in a process of its own that imports the mutated file and runs the tests that reach it."""

import importlib.abc
import importlib.util
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import time
from collections import Counter
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
FIRST_FILES = 4
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
    codes = (int(pytest.main([*OPTIONS, "-x", *part])) for part in parts(tests))
    os._exit(next(filter(None, codes), 0))


def parts(tests: Sequence[str]) -> list[list[str]]:
    """The tests of the few files that have most of them, then all others: to collect these takes longer than to run them."""
    files = Counter(test.partition("::")[0] for test in tests)
    first = [file for file, _ in files.most_common(FIRST_FILES)]
    groups = [[test for test in tests if (test.partition("::")[0] in first) is inside] for inside in (True, False)]
    return [group for group in groups if group]


def silence() -> None:
    """Nothing that tests say is shown."""
    null = os.open(Path(os.devnull), os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(null, stream.fileno())
