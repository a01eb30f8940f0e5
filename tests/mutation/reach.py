"""
Which tests run which lines of the mutated files, and how long each takes: measured once, and kept.

What has changed since is taken whole: every test of a changed test file, and of a changed file of the code every test
that reached any of its lines. So a measurement never hides a test that would notice; it only grows less sharp.
"""

import ast
import hashlib
import json
import time
from collections.abc import Iterator, Set
from pathlib import Path

import coverage
import pytest

from tests.mutation.mutant import ROOT, files, source

STORED = ROOT / "reports" / "out" / "mutation" / "reach.json"
TESTS = (  # those in one process that concern the mutated code
    *("judge", "evidence", "statistics", "plan", "properties", "golden", "hostile/fooling"),
    *("load/test_early_stop.py", "load/test_capacity.py", "load/test_near_the_limit.py", "load/test_load_shape.py"),
)
LEFT_OUT = ("hostile/fooling/test_test_runs.py",)  # commands in processes of their own
OPTIONS = ("-q", "-p", "no:cacheprovider", "-n", "0")
AT_IMPORT = ""  # the context of what runs before any test

Lines = dict[str, dict[int, list[str]]]


class Contexts:
    """Tells the measurement which test is running; keeps how much time of a processor each took, and which are *red*."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured = measured
        self.seconds: dict[str, float] = {}
        self.began = 0.0
        self.red: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.measured.switch_context(nodeid)
        self.began = time.process_time()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.red.add(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] = time.process_time() - self.began


class Reach:
    """
    Tests by line: *seconds* are the durations of the tests, *lines* the tests that ran each line.

    *changed* are the files, of tests and of code, that are not as they were when this was measured.
    """

    def __init__(self, seconds: dict[str, float], lines: Lines, changed: Set[str] = frozenset()) -> None:
        self.seconds, self.lines, self.changed = seconds, lines, changed
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._new = sorted(file for file in changed if file.startswith("tests/"))

    def tests(self, file: str, line: int) -> list[str]:
        """The tests that run *line* of *file*, quick ones first; those of any line where it runs at import."""
        found = self._measured(file, line) - {AT_IMPORT}
        known = [test for test in found if test.partition("::")[0] not in self.changed]
        return [*self._new, *sorted(known, key=lambda test: (self.seconds.get(test, 0.0), test))]

    def _measured(self, file: str, line: int) -> set[str]:
        of_lines = self.lines.get(file, {})
        first, last = self._statement(file, line)
        found = {test for at in range(first, last + 1) for test in of_lines.get(at, ())}
        if found and AT_IMPORT not in found and file not in self.changed:
            return found
        return {test for tests in of_lines.values() for test in tests}

    def _statement(self, file: str, line: int) -> tuple[int, int]:
        """The first and last line of the smallest statement around *line*."""
        if file not in self._spans:
            self._spans[file] = list(statements(source(file)))
        around = [span for span in self._spans[file] if span[0] <= line <= span[1]]
        return min(around, key=lambda span: span[1] - span[0], default=(line, line))


def statements(text: str) -> Iterator[tuple[int, int]]:
    """The lines of each statement; of one with a body those of its head."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            end = body[0].lineno - 1 if isinstance(body, list) and body else node.end_lineno
            yield node.lineno, max(node.lineno, end or node.lineno)


def state() -> dict[str, str]:
    """The hash of each of the mutated files, and of each file of tests."""
    paths = [ROOT / "tests" / name for name in TESTS]
    found = (file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("test_*.py"))))
    tests = (file for file in found if file.relative_to(ROOT / "tests").as_posix() not in LEFT_OUT)
    code = (ROOT / file for file in files())
    return {
        file.relative_to(ROOT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in (*code, *tests)
    }


def known() -> Reach | None:
    """What was measured last, None if nothing was."""
    if not STORED.exists():
        return None
    document = json.loads(STORED.read_text(encoding="utf-8"))
    now, names = state(), document["tests"]
    lines = {
        file: {int(line): [names[at] for at in tests] for line, tests in found.items()}
        for file, found in document["lines"].items()
    }
    changed = {file for file, digest in now.items() if document["state"].get(file) != digest}
    seconds = {test: took for test, took in document["seconds"].items() if test.partition("::")[0] in now}
    lines = {
        file: {at: [t for t in tests if t in seconds or not t] for at, tests in found.items()}
        for file, found in lines.items()
    }
    return Reach(seconds, lines, changed)


def measure() -> None:
    """Run the tests under measurement and keep what each of them reached; for a process of its own."""
    measured = coverage.Coverage(data_file=None, include=[str(ROOT / file) for file in files()], config_file=False)
    plugin = Contexts(measured)
    measured.start()
    paths = [str(ROOT / "tests" / name) for name in TESTS]
    code = pytest.main([*OPTIONS, *(f"--ignore={ROOT}/tests/{name}" for name in LEFT_OUT), *paths], plugins=[plugin])
    measured.stop()
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"mutate: the tests do not run without a mutant: pytest ended with {int(code)}")
    store(measured.get_data(), {test: took for test, took in plugin.seconds.items() if test not in plugin.red})


def store(data: coverage.CoverageData, seconds: dict[str, float]) -> None:
    """Write what was measured; tests as numbers, since a line has many."""
    names = [AT_IMPORT, *seconds]
    numbers = {name: number for number, name in enumerate(names)}
    lines = {
        Path(file).relative_to(ROOT).as_posix(): {
            line: [numbers[test] for test in tests if test in numbers]
            for line, tests in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    STORED.parent.mkdir(parents=True, exist_ok=True)
    STORED.write_text(
        json.dumps({"state": state(), "tests": names, "seconds": seconds, "lines": lines}), encoding="utf-8"
    )
