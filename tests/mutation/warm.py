"""
A process that imports and collects all tests once and forks for each mutant, which finds most kills quickly.

Mutants that change more than bodies of functions, or that do not end here, are tried with fresh imports.
"""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.mutation.chosen import LEAST_S, TIMES_AS_LONG, Notes, limit_processor
from tests.mutation.mutant import Mutant
from tests.mutation.patch import NotInFunctions, patched
from tests.mutation.trial import FORK, OPTIONS, end, forked, prepare

GREEN, RED, UNFIT = 0, 1, 2  # exit codes of a trial


class Warm:
    """The client of such a process; *paths* are the tests that it collects."""

    def __init__(self, root: Path, paths: Sequence[str], texts: Mapping[str, str]) -> None:
        self.mine, theirs = FORK.Pipe()
        self.process = forked(serve, root, paths, texts, theirs)
        theirs.close()

    def killer(self, mutant: Mutant | None, tests: Sequence[str], seconds: Mapping[str, float]) -> str | None:
        """The test that fails with a mutant, or without one (None); empty if none does, None if this process cannot tell."""
        self.mine.send((mutant, tests, {test: seconds.get(test, 0.0) for test in tests}))
        found: str | None = self.mine.recv()
        return found

    def red(self, test: str, seconds: Mapping[str, float]) -> bool:
        """Whether a test fails without a mutant."""
        return self.killer(None, [test], seconds) != ""

    def close(self) -> None:
        """End the process."""
        end(self.process)


class Server:
    """A pytest plugin that runs the requested tests in forks instead of the collected ones."""

    def __init__(self, texts: Mapping[str, str], pipe: Connection) -> None:
        self.texts, self.pipe = texts, pipe

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer requests until the client closes the pipe."""
        limit_processor(0)  # removes the limit of imports
        items = {item.nodeid: item for item in session.items}
        while True:
            try:
                mutant, tests, seconds = self.pipe.recv()
            except EOFError:
                return True
            self.pipe.send(self.answer(mutant, [items[test] for test in tests if test in items], seconds))

    def answer(self, mutant: Mutant | None, items: list[pytest.Item], seconds: Mapping[str, float]) -> str | None:
        """The id of the first test that fails with the mutant, or without one (None); empty if none does, None without an end."""
        with tempfile.TemporaryDirectory() as folder:
            notes = Notes(Path(folder) / "notes")
            process = forked(run_items, mutant, self.texts, items, seconds, notes)
            process.join(60 + TIMES_AS_LONG * sum(seconds.values()))
            code, last = process.exitcode, notes.of("began")[-1:]
            end(process)
        return {GREEN: "", RED: last[0] if last else None}.get(code) if code is not None else None


def serve(root: Path, paths: Sequence[str], texts: Mapping[str, str], pipe: Connection) -> None:
    """Collect the tests of *paths* and answer."""
    prepare(root)
    pytest.main([*OPTIONS, "--capture=sys", *paths], plugins=[Server(texts, pipe)])


def run_items(
    mutant: Mutant | None,
    texts: Mapping[str, str],
    items: list[pytest.Item],
    seconds: Mapping[str, float],
    notes: Notes,
) -> None:
    """Run *items* on the mutant until one fails."""
    os.setpgrp()
    try:
        if mutant:
            patched(mutant, texts[mutant.file])
    except NotInFunctions:
        os._exit(UNFIT)
    failed: Callable[[], bool] = watch(items[0].config) if items else bool
    for item, following in zip(items, [*items[1:], None], strict=True):
        notes.add("began", item.nodeid)
        limit_processor(LEAST_S + TIMES_AS_LONG * seconds.get(item.nodeid, 0.0))
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if failed():
            os._exit(RED)
    os._exit(GREEN)


def watch(config: pytest.Config) -> Callable[[], bool]:
    """Whether a test failed from now on."""
    seen: list[bool] = []

    class Watcher:
        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            seen.append(report.failed)

    config.pluginmanager.register(Watcher())
    return lambda: any(seen)
