"""A mutant is what gets imported, by tests and by what they start, and only a failure kills it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.mutation.frozen import Frozen
from tests.mutation.mutant import ROOT, Mutant
from tests.mutation.trial import parts

FILE = "rollout/judge/drill.py"
CODE = "def twice(n):\n    return n * 2\n"
TESTS = """
import os, subprocess, sys
from pack import code

def test_quick():
    assert code.twice(0) == 0

def test_real():
    assert code.twice(2) == 4

def test_in_a_process():
    script = "from pack import code; print(code.twice(5))"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True).stdout == "10\\n"

def test_crash():
    if code.twice(3) == 7:
        os.abort()
"""
TRY = """
import json, sys
from pathlib import Path
from tests.mutation import chosen
from tests.mutation.frozen import Frozen
from tests.mutation.mutant import Mutant
from tests.mutation.trial import Untrustworthy, tried
from tests.mutation.warm import Warm

chosen.LEAST_S = 0.5
root, cases = Path(sys.argv[1]), json.loads(sys.argv[2])
frozen, texts = Frozen(root), {"pack/code.py": (root / "pack/code.py").read_text()}

def fate(mutant, tests):
    try:
        result = tried(frozen, mutant, tests, {})
    except Untrustworthy:
        return "untrustworthy"
    return f"{result.fate} {result.by}".strip()

found, every = {}, [f"test_code.py::test_{name}" for name in ("quick", "real", "in_a_process", "crash")]
for name, (text, tests) in cases.items():
    found[name] = fate(Mutant("id", "pack/code.py", 1, text, ""), tests)
warm = Warm(root, ["test_code.py"], texts)
for name, (text, tests) in cases.items():
    mutant = Mutant("id", "pack/code.py", 1, text, "")
    with frozen.changed(mutant):
        found[f"warm: {name}"] = warm.killer(mutant, every, {})
red = [test for test in every if warm.red(test, {})]
warm.close()
print(json.dumps({**found, "red": str(red)}))
"""
ALL, GONE, OTHER = ["test_code.py"], ["test_code.py::test_renamed"], ["other/test_other.py"]
CASES = {
    "a comment": (CODE + "# no change", ALL, "survived", None),
    "no difference": (CODE.replace("n * 2", "2 * n"), ALL, "survived", ""),
    "another number": (CODE.replace("2", "3"), ALL, "killed test_code.py::test_real", "test_code.py::test_real"),
    "in a process only": (
        CODE.replace("n * 2", "n * (2 if 'pytest' in __import__('sys').modules else 3)"),
        ALL,
        "killed test_code.py::test_in_a_process",
        "test_code.py::test_in_a_process",
    ),
    "a broken import": ("1 / 0", ALL, "killed import of pack.code: ZeroDivisionError", None),
    "a missing name": ("from pack import nothing", ALL, "killed import of pack.code: ImportError", None),
    "without an end": (CODE.replace("n * 2", "max(iter(int, 1))"), ALL, "endless test_code.py::test_quick", None),
    "a crash": (
        CODE.replace("n * 2", "7 if n == 3 else n * 2"),
        ALL,
        "killed test_code.py::test_crash (SIGABRT)",
        None,
    ),
    "a test that was renamed": (CODE, GONE, "untrustworthy", None),
    "a file of tests that is gone": (CODE, ["test_gone.py"], "untrustworthy", None),
    "another module of that name": (CODE, OTHER, "untrustworthy", None),
}
OTHER_TESTS = """
import sys, types
sys.modules["pack.code"] = types.ModuleType("pack.code")

def test_other():
    pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one module and its tests."""
    return small_project(tmp_path)


def small_project(root: Path) -> Path:
    """Write a project with one module and its tests below *root*."""
    (root / "pack").mkdir()
    (root / "pack" / "__init__.py").touch()
    (root / "pack" / "code.py").write_text(CODE, encoding="utf-8")
    (root / "test_code.py").write_text(TESTS, encoding="utf-8")
    (root / "other").mkdir()
    (root / "other" / "test_other.py").write_text(OTHER_TESTS, encoding="utf-8")
    (root / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def fates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """What becomes of each case, in a process that knows the project by PYTHONPATH as scripts/mutate has it."""
    root = small_project(tmp_path_factory.mktemp("project"))
    said = subprocess.run(
        [sys.executable, "-c", TRY, str(root), json.dumps({name: case[:2] for name, case in CASES.items()})],
        env={"PYTHONPATH": f"{root}:{ROOT}", "PYTHONDONTWRITEBYTECODE": "1", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (root / "pack" / "code.py").read_text(encoding="utf-8") == CODE, "the file is as it was afterwards"
    return dict(json.loads(said.stdout.splitlines()[-1]))


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_mutant_meets_its_fate(fates: dict[str, str | None], name: str) -> None:
    """
    What killed it is named, what does not end is told apart; what did not try the mutant says nothing about it.
    """
    assert fates[name] == CASES[name][2]


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_a_warm_process_tells_what_functions_do(fates: dict[str, str | None], name: str) -> None:
    """
    It names the test that fails; where more than a function changed, or nothing ended, fresh imports have to tell.
    """
    assert fates[f"warm: {name}"] == CASES[name][3]


@pytest.mark.slow
def test_a_test_is_green_without_a_mutant(fates: dict[str, str | None]) -> None:
    """
    What fails on the unchanged code kills nothing; here nothing fails.
    """
    assert fates["red"] == "[]"


def test_no_mutant_is_written_into_a_checkout(tmp_path: Path) -> None:
    """
    Where git keeps a checkout the harness refuses to start.
    """
    (tmp_path / ".git").touch()
    with pytest.raises(SystemExit, match="is a checkout, and mutants are written to files; run scripts/mutate"):
        Frozen(tmp_path)


def test_a_changed_copy_gives_no_figures(project: Path) -> None:
    """
    A test that writes into the copy is noticed.
    """
    frozen = Frozen(project)
    frozen.expect_unchanged()
    (project / "pack" / "code.py").write_text("", encoding="utf-8")
    with pytest.raises(SystemExit, match="changed files of the copy"):
        frozen.expect_unchanged()


def test_a_mutant_keeps_the_time_of_its_file(project: Path) -> None:
    """
    So bytecode by time and size would hide one of the same size: bytecode is bound to the hash of the source.
    """
    path = project / "pack" / "code.py"
    before = path.stat().st_mtime_ns
    with Frozen(project).changed(Mutant("id", "pack/code.py", 1, "", "")):
        assert path.stat().st_mtime_ns == before
        assert "__mutant__ = 'id'" in path.read_text(encoding="utf-8")


def test_the_nearest_tests_come_first() -> None:
    """
    Those of the module, of its package, then all others; without any test nothing runs.
    """
    own, package, other = "tests/judge/test_drill.py::a", "tests/judge/test_decide.py", "tests/plan/test_plan.py::b"
    assert parts([other, package, own], FILE) == [[own], [package], [other]]
    assert parts([other], FILE) == [[other]]
    assert parts([], FILE) == []
