"""
Which tests run which lines of the mutated files, and how long each takes: measured once, and kept.

Files of tests that changed since are measured again; all of them are where a mutated file changed, since any of them may
run its new lines.
"""

import ast
import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import coverage
import pytest

from tests.mutation.mutant import ROOT, files, source
from tests.mutation.trial import OPTIONS, forked

NAME = "reach.json"
TESTS = (  # those in one process that concern the mutated code
    *("judge", "evidence", "statistics", "plan", "properties", "golden", "hostile/fooling", "reports"),
    *("load/test_early_stop.py", "load/test_capacity.py", "load/test_near_the_limit.py", "load/test_load_shape.py"),
)
LEFT_OUT = (  # commands in processes of their own, and pictures
    *(f"hostile/fooling/test_{name}.py" for name in ("test_runs", "broken_generators", "usage", "bombs")),
    "reports/test_charts.py",
)
AT_IMPORT = ""  # the context of code that runs before any test
DECLARED = "tests/judge/test_declarations.py"  # looks at every file's declarations, which no test runs

Lines = dict[str, dict[int, list[str]]]


class Contexts:
    """Sets the running test as the context of the measurement; keeps the processor time of each, and the *red* ones."""

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
    """Tests by line: *seconds* are the durations of the tests, *lines* the tests that ran each line of each file."""

    def __init__(self, seconds: dict[str, float], lines: Lines) -> None:
        self.seconds, self.lines = seconds, lines
        self._spans: dict[str, list[tuple[int, int]]] = {}

    def tests(self, file: str, line: int) -> list[str]:
        """The tests that run *line* of *file*, quick ones first; those of any line where it runs at import."""
        found = self._measured(file, line) - {AT_IMPORT}
        return sorted(found, key=lambda test: (self.seconds.get(test, 0.0), test))

    def affordable(self, file: str, line: int, budget_s: float) -> list[str]:
        """As many of those tests as take *budget_s* seconds of processor time together."""
        chosen, spent = [], 0.0
        for test in self.tests(file, line):
            spent += self.seconds.get(test, 0.0)
            if spent > budget_s:
                break
            chosen.append(test)
        return chosen

    def _measured(self, file: str, line: int) -> set[str]:
        of_lines = self.lines.get(file, {})
        first, last = self._statement(file, line)
        found = {test for at in range(first, last + 1) for test in of_lines.get(at, ())}
        if AT_IMPORT not in found:
            return found
        looking = {test for test in self.seconds if test.partition("::")[0] == DECLARED}
        return looking.union(*of_lines.values())

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


def test_files() -> dict[str, str]:
    """The hash of each file of tests that is measured."""
    paths = [ROOT / "tests" / name for name in TESTS]
    found = (file for path in paths for file in ([path] if path.is_file() else sorted(path.rglob("test_*.py"))))
    tests = (file for file in found if file.relative_to(ROOT / "tests").as_posix() not in LEFT_OUT)
    return {file.relative_to(ROOT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in tests}


def known(kept: Path) -> Reach:
    """The last measurement below *kept*, restricted to existing tests."""
    document = json.loads((kept / NAME).read_text(encoding="utf-8")) if (kept / NAME).exists() else {}
    names, there = document.get("tests", []), test_files()
    seconds = {test: took for test, took in document.get("seconds", {}).items() if test.partition("::")[0] in there}
    wanted = {at for at, name in enumerate(names) if name in seconds or name == AT_IMPORT}
    lines = {
        file: {int(line): [names[at] for at in tests if at in wanted] for line, tests in of.items()}
        for file, of in document.get("lines", {}).items()
        if file in files()
    }
    return Reach(seconds, lines)


def stale(kept: Path) -> list[str]:
    """The files of tests to measure: those that changed since, or all of them where the code did."""
    document = json.loads((kept / NAME).read_text(encoding="utf-8")) if (kept / NAME).exists() else {}
    before = document.get("state", {}) if document.get("code") == code() else {}
    return [file for file, digest in test_files().items() if before.get(file) != digest]


def code() -> str:
    """The hash of all mutated files."""
    return hashlib.sha256("".join(f"{file}\0{source(file)}" for file in files()).encode()).hexdigest()


def up_to_date(kept: Path) -> Reach:
    """The measurement, after new or changed files of tests were measured."""
    if tests := stale(kept):
        measure_apart(kept, tests)
    return known(kept)


def measure_apart(kept: Path, tests: Sequence[str]) -> None:
    """Measure the files of *tests* in a separate process."""
    print(f"measuring which lines {len(tests)} files of tests run …", flush=True)
    process = forked(measure, kept, tests)
    process.join()
    if process.exitcode:
        raise SystemExit(f"mutate: the measurement ended with {process.exitcode}")


def measure(kept: Path, tests: Iterable[str]) -> None:
    """Run the files of *tests* under measurement and keep what each of them reached; for a process of its own."""
    measured = coverage.Coverage(data_file=None, include=[str(ROOT / file) for file in files()], config_file=False)
    plugin = Contexts(measured)
    measured.start()
    code = pytest.main([*OPTIONS, *tests], plugins=[plugin])
    measured.stop()
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise SystemExit(f"mutate: the tests do not run without a mutant: pytest ended with {int(code)}")
    for test in sorted(plugin.red):
        print(f"left out, since it is red without a mutant: {test}")
    green = {test: took for test, took in plugin.seconds.items() if test not in plugin.red}
    store(kept, merged(known(kept), set(tests), Reach(green, by_line(measured.get_data()))))


def by_line(data: coverage.CoverageData) -> Lines:
    """The tests of each line of each file that was measured."""
    return {Path(file).relative_to(ROOT).as_posix(): data.contexts_by_lineno(file) for file in data.measured_files()}


def merged(old: Reach, anew: set[str], new: Reach) -> Reach:
    """The *old* measurement, with the tests of the files *anew* replaced by the *new* one."""
    seconds = {test: took for test, took in old.seconds.items() if test.partition("::")[0] not in anew}
    lines: Lines = {}
    for reach in (Reach(seconds, old.lines), new):
        for file, of in reach.lines.items():
            for line, tests in of.items():
                there = lines.setdefault(file, {}).get(line, [])
                more = (test for test in tests if test in reach.seconds or test == AT_IMPORT)
                lines[file][line] = list(dict.fromkeys((*there, *more)))
    return Reach({**seconds, **new.seconds}, lines)


def store(kept: Path, reach: Reach) -> None:
    """Write what was measured; tests as numbers, since a line has many."""
    names = [AT_IMPORT, *reach.seconds]
    numbers = {name: number for number, name in enumerate(names)}
    lines = {
        file: {line: [numbers[test] for test in tests if test in numbers] for line, tests in of.items()}
        for file, of in reach.lines.items()
    }
    document = {"state": test_files(), "code": code(), "tests": names, "seconds": reach.seconds, "lines": lines}
    kept.mkdir(parents=True, exist_ok=True)
    (kept / NAME).write_text(json.dumps(document), encoding="utf-8")
