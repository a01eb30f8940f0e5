"""A plugin of pytest for one trial: runs the chosen tests in their order, limits their time, and keeps notes of both."""

import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

TIMES_AS_LONG = 20.0  # times as long as a test takes without a mutant
LEAST_S = 4.0  # s of processor time, for any test
IMPORTS_S = 60.0  # s of processor time, for imports and collection


class Notes:
    """Lines of a file, `word what`, that outlive a process that is ended from outside."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, word: str, what: str) -> None:
        """Append one line."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{word} {' '.join(what.split())}\n")

    def of(self, word: str) -> list[str]:
        """The texts of the lines with *word*, oldest first."""
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        return [line.partition(" ")[2] for line in lines if line.partition(" ")[0] == word]


class Chosen:
    """
    Keeps of what pytest collects the *tests*, ids or whole files, in this order; *seconds* tells how long each takes.

    Notes: `began` and `failed` with the id of a test, `uncollected` with a file, `gone` with what was not found,
    `broken` with what ended pytest.
    """

    def __init__(self, tests: Sequence[str], seconds: Mapping[str, float], notes: Notes) -> None:
        self.seconds, self.notes = seconds, notes
        self.order = {test: number for number, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the chosen ones."""
        found = [item for item in items if self._place(item) is not None]
        config.hook.pytest_deselected(items=[item for item in items if self._place(item) is None])
        items[:] = sorted(found, key=lambda item: self._place(item) or 0)
        there = {name for item in found for name in (item.nodeid, file_of(item.nodeid))}
        for test in self.order.keys() - there:
            self.notes.add("gone", test)

    def _place(self, item: pytest.Item) -> int | None:
        return self.order.get(item.nodeid, self.order.get(file_of(item.nodeid)))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file that cannot be imported."""
        if report.failed:
            self.notes.add("uncollected", report.nodeid)

    def pytest_internalerror(self, excrepr: object) -> None:
        """Note an exception in a plugin of the project."""
        self.notes.add("broken", f"pytest's run: {str(excrepr).splitlines()[-1:]}")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Set the time limit of the test."""
        self.notes.add("began", nodeid)
        limit_processor(LEAST_S + TIMES_AS_LONG * self.seconds.get(nodeid, 0.0))

    def pytest_runtest_logfinish(self) -> None:
        """Set the time limit of imports between two tests."""
        limit_processor(IMPORTS_S)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failed test."""
        if report.failed:
            self.notes.add("failed", report.nodeid)


def file_of(nodeid: str) -> str:
    """The file of a test."""
    return nodeid.partition("::")[0]


def limit_processor(seconds: float) -> None:
    """
    End this process by SIGPROF after *seconds* more of processor time; 0 removes the limit.

    Waiting and child processes do not count.
    """
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)


def imported(module: str) -> str:
    """The id of the mutant imported as *module*; empty for the original file."""
    return str(getattr(sys.modules.get(module), "__mutant__", ""))
