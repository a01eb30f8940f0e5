"""The folders of the suite that a run of pytest collected completely, independent of the later selection."""

import hashlib
from collections.abc import Collection, Iterable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from rollout.project import current_project
from rollout.pytest_plugin.run_target import SUITE

HIDING = ("ignore", "ignore_glob", "lf", "inifilename")  # options whose excluded files are not even read
SETTINGS = ("python_", "norecursedirs", "addopts", "testpaths", "collect_")
USUAL = ("test_*.py", "*_test.py")  # pytest's default patterns of test files
UNREAD = (
    "*.egg",
    ".*",
    "_darcs",
    "build",
    "CVS",
    "dist",
    "node_modules",
    "venv",
    "{arch}",
)  # folders that pytest does not enter by default
LOOKED = pytest.StashKey[set[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> None:
    """Note each file that pytest reads for checks."""
    parent.config.stash.setdefault(LOOKED, set()).add(str(module_path.resolve()))


def sources(config: pytest.Config) -> dict[str, str]:
    """The existing test folders of the suite, each with a hash of its source."""
    root = current_project().root
    return {folder: source_hash(root / folder) for folder in config.stash[SUITE].tests if (root / folder).is_dir()}


def source_hash(folder: Path) -> str:
    """A hash of the names and contents of all Python files below a *folder*."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        found.update(
            f"{file.relative_to(folder).as_posix()}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode()
        )
    return found.hexdigest()[:16]


def left_folders(config: pytest.Config, there: Iterable[str], looked: Collection[str]) -> tuple[str, ...]:
    """
    The folders of the suite that no argument contains whole, or that have a test file which is not in *looked*.

    All folders if an option hides files, since it can hide any file.
    """
    if is_hiding(config):
        return tuple(there)
    given = {(config.invocation_params.dir / argument).resolve() for argument in config.args if "::" not in argument}
    folders = {folder: (current_project().root / folder).resolve() for folder in there}
    return tuple(name for name, path in folders.items() if given.isdisjoint(whole(path)) or unread(path, looked))


def unread(folder: Path, looked: Collection[str]) -> list[Path]:
    """The test files below a *folder* that pytest did not read, for any reason."""
    files = (each for each in folder.rglob("*.py") if any(fnmatch(each.name, usual) for usual in USUAL))
    return [each for each in files if is_read(each.relative_to(folder)) and str(each.resolve()) not in looked]


def is_read(file: Path) -> bool:
    """Whether pytest enters by default the folders above a *file*."""
    return not any(fnmatch(part, pattern) for part in file.parts[:-1] for pattern in UNREAD)


def is_hiding(config: pytest.Config) -> bool:
    """Whether an option keeps files of the suite from collection."""
    settings = config.getoption("override_ini", default=None) or ()
    return any(config.getoption(name, default=None) for name in HIDING) or any(
        setting.strip().startswith(SETTINGS) for setting in settings
    )


def whole(folder: Path) -> set[Path]:
    """The paths that contain a *folder* whole: itself and its parents."""
    path = folder.resolve()
    return {path, *path.parents}


def touches_suites(config: pytest.Config) -> bool:
    """Whether a path on the command line is in, is, or contains a test folder of the suite."""
    suites = [config.rootpath / folder for folder in config.stash[SUITE].tests]
    given = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    return any(suite == path or suite in path.parents or path in suite.parents for path in given for suite in suites)
