"""The shared parts of all trials of one command: the copy, the tests by line, the warm process, and tests that are red anyway."""

import time
from collections.abc import Mapping
from pathlib import Path

from tests.mutation import reach
from tests.mutation.frozen import Frozen
from tests.mutation.mutant import Mutant
from tests.mutation.trial import Result, tried
from tests.mutation.warm import Warm


class Bench:
    """
    Tries mutants in the copy below *root*, whose mutated files have *texts*; measurements lie below *kept*.

    Each mutant gets *budget_s* seconds of tests at most, quick ones first; there may be further tests that reach a survivor.
    A killing test must be green without a mutant: this is checked at its first kill, and a red one is left out.
    """

    def __init__(self, root: Path, texts: Mapping[str, str], kept: Path, budget_s: float) -> None:
        self.budget_s = budget_s
        self.frozen = Frozen(root)
        self.known = reach.up_to_date(kept)
        self.warm = Warm(root, sorted(reach.test_files()), texts)
        self.green: set[str] = set()
        self.red: set[str] = set()

    def result(self, mutant: Mutant) -> Result:
        """The result of a mutant, without tests that are red anyway."""
        while True:
            result = self.either(mutant)
            if result.fate != "killed" or not self.is_red(result.test):
                return result
            print(f"left out, since it is red without a mutant: {result.test}", flush=True)

    def either(self, mutant: Mutant) -> Result:
        """The result of a mutant in the warm process, else with fresh imports."""
        began, seconds = time.monotonic(), self.known.seconds
        tests = [
            test for test in self.known.affordable(mutant.file, mutant.line, self.budget_s) if test not in self.red
        ]
        with self.frozen.changed(mutant):
            killer = self.warm.killer(mutant, tests, seconds) if tests else None
        if killer is None:
            return tried(self.frozen, mutant, tests, seconds)
        return Result(mutant, "killed" if killer else "survived", killer, len(tests), time.monotonic() - began)

    def is_red(self, test: str) -> bool:
        """Whether a test fails without a mutant; False for a failed import, which is no test."""
        if test in self.known.seconds and test not in self.green:
            (self.red if self.warm.red(test, self.known.seconds) else self.green).add(test)
        return test in self.red

    def close(self) -> None:
        """End the warm process; SystemExit if the copy has changed."""
        self.warm.close()
        self.frozen.expect_unchanged()
