"""One file name, one meaning."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path, PurePath

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rollout", "xcodereviewer", "reports", "standin", "benchmarks", "smoke", "integration", "load")
NO_NAMES = {"__init__.py", "__main__.py", "conftest.py"}
SAME_MEANING = {  # folders whose files are named after what another file of the package is about
    "rollout/cli": "a command's file bears the name of the command",
    "standin/app/schemas": "the schemas of the routes of that name",
    "xcodereviewer/fixtures": "hands over what the module of that name makes",
}
EACH_HOST = {"options.py"}  # what each host (Locust, pytest, the command line) calls the same


def shared(files: Iterable[PurePath]) -> dict[str, list[str]]:
    """The names that stand for more than one thing within a package, with their files."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for file in files:
        if file.name not in NO_NAMES | EACH_HOST and file.parent.as_posix() not in SAME_MEANING:
            found[f"{file.parts[0]}: {file.name}"].append(file.as_posix())
    return {name: sorted(paths) for name, paths in found.items() if len(paths) > 1}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_files_of_a_package_share_a_name(package: str) -> None:
    """
    A name met in a search, a traceback or a talk means one file.
    """
    files = [file.relative_to(ROOT) for file in (ROOT / package).rglob("*.py")]
    assert files
    assert shared(files) == {}


def test_every_size_is_in_one_unit() -> None:
    """
    What is shown is in MiB or KiB of 1024, as Redis and the kernel count; tables of the benchmarks apart.
    """
    packages = [name for name in PACKAGES if name != "benchmarks"]
    files = [file for package in packages for file in (ROOT / package).rglob("*.py")]
    other = re.compile(r"\b(?:[KMG]B|kB)\b")
    assert [file.name for file in files if other.search(file.read_text(encoding="utf-8"))] == []


def test_a_shared_name_is_found() -> None:
    """
    Two files of one name in one package are told, two packages may use the same one.
    """
    files = map(PurePath, ("rollout/plan/load.py", "rollout/judge/load.py", "reports/load.py", "rollout/cli/load.py"))
    assert shared(files) == {"rollout: load.py": ["rollout/judge/load.py", "rollout/plan/load.py"]}
