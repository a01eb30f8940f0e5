"""The drawing of the layout, executed: who may sleep, who reads limits, what no file may name."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rollout.code_meaning import parsed

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("xcodereviewer", "smoke", "integration", "load", "reports")
PRODUCERS = (
    *("rollout/watch", "rollout/sources", "rollout/drill", "rollout/pytest_plugin", "rollout/locust_plugin"),
    *("rollout/gameday", "rollout/rollback", "xcodereviewer", "smoke", "integration", "load"),
)
READS_A_LIMIT = re.compile(r"(?<!alert)\.(limit|trigger)\b")
COMPARES_WITH_ONE = re.compile(r"\.holds\(")
COMPARERS = ["xcodereviewer/drills/users_at_work.py"]  # a drill passes or fails as a whole
LIMITING = {"LIMIT", "LIMITS", "BUDGET", "TRIGGER", "THRESHOLD", "PERCENT", "FAILED"}
NO_LIMITS = {"HELD_OFF_PERCENT"}  # how much of a check was not answered: an obstacle, never a verdict
HOSTS = (
    "pypi.org",
    "pythonhosted",
    "registry.npmjs",
    "npmmirror",
    "deb.debian",
    "tuna.tsinghua",
    "aliyun",
    "artifactory",
)
INDEX = re.compile(r"index-url\s*[=:]\s*http")
MACHINE_PATHS = re.compile(r"(^|[^A-Za-z0-9._-])/(work|farm|root)/[A-Za-z.]")


def tracked() -> list[Path]:
    """The files of the project that git knows, this one left out."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file() and path != Path(__file__)]


def test_one_file_sleeps() -> None:
    """
    Outside the stand-in, time.sleep is called in rollout/target/wait.py and nowhere else.
    """
    files = [file for package in ("rollout", *SUITES) for file in (ROOT / package).rglob("*.py")]
    sleepers = [str(file.relative_to(ROOT)) for file in files if "time.sleep(" in file.read_text(encoding="utf-8")]
    assert sleepers == ["rollout/target/wait.py"]


def produced_by() -> dict[str, Path]:
    """The files of the producers of evidence, by their paths in the project."""
    files = [file for folder in PRODUCERS for file in (ROOT / folder).rglob("*.py")]
    assert all(any((ROOT / folder).rglob("*.py")) for folder in PRODUCERS)
    return {str(file.relative_to(ROOT)): file for file in files}


def limiting(module: ast.Module) -> Iterator[str]:
    """The constants of a module that are a number and whose names say that it is a limit."""
    for node in module.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and is_numeric(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name)]
            yield from (name for name in names if name.isupper() and LIMITING & set(name.split("_")))


def is_numeric(value: ast.expr) -> bool:
    """Whether a number is part of an expression."""
    return any(isinstance(part, ast.Constant) and type(part.value) in (int, float) for part in ast.walk(value))


def test_one_file_reads_limits() -> None:
    """
    The producers of evidence never look at a limit or a trigger of the plan; alerts are compared, not judged.

    One drill is handed the plan's limits, and compares.
    """
    texts = {name: file.read_text(encoding="utf-8") for name, file in produced_by().items()}
    assert [name for name, text in texts.items() if READS_A_LIMIT.search(text)] == []
    assert [name for name, text in texts.items() if COMPARES_WITH_ONE.search(text)] == COMPARERS


def test_no_producer_has_a_limit_of_its_own() -> None:
    """
    A copy of a number of the plan would decide where the plan says something else.
    """
    found = {name for file in produced_by().values() for name in limiting(parsed(file))}
    assert found == NO_LIMITS


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("FAILED_PERCENT = 1", ["FAILED_PERCENT"]),
        ("ERROR_BUDGET: float = 1 / 100", ["ERROR_BUDGET"]),
        ("SLOW_LIMIT, OTHER = 500, 1", ["SLOW_LIMIT"]),
        ("LIMIT_HEADER = 'X-Limit'", []),
        ("LIMITED = 5", []),
    ],
)
def test_a_limit_is_known_by_its_name(line: str, found: list[str]) -> None:
    """
    A number under such a name; a text is none.
    """
    assert list(limiting(ast.parse(line))) == found


def test_no_file_names_a_registry_or_a_path_of_a_machine() -> None:
    """
    The project installs from whatever index a machine has, and lies wherever it is cloned.
    """
    named = []
    for file in tracked():
        text = file.read_bytes().decode("utf-8", errors="ignore")
        small = text.lower()
        found = [host for host in HOSTS if host in small]
        found += [match[0] for match in (INDEX.search(small), MACHINE_PATHS.search(text)) if match]
        named += [f"{file.relative_to(ROOT)}: {name}" for name in found]
    assert named == []
