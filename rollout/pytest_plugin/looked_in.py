"""In which folders of the suite a run of pytest looked for every check, whatever it ran of them then."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pytest

from rollout.project import current_project
from rollout.pytest_plugin.run_target import SUITE

HIDING = ("ignore", "ignore_glob", "lf", "inifilename")  # files that they leave out are not even read
SETTINGS = ("python_", "norecursedirs", "addopts", "testpaths", "collect_")


def sources(config: pytest.Config) -> dict[str, str]:
    """The folders of tests of the suite that there are, each with a hash of its source."""
    root = current_project().root
    return {folder: source_hash(root / folder) for folder in config.stash[SUITE].tests if (root / folder).is_dir()}


def source_hash(folder: Path) -> str:
    """A hash of the names and the text of all Python files below a *folder*."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        found.update(
            f"{file.relative_to(folder).as_posix()}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode()
        )
    return found.hexdigest()[:16]


def left_folders(config: pytest.Config, there: Iterable[str]) -> tuple[str, ...]:
    """Those folders of the suite that the arguments do not name whole; all of them where an option hides files."""
    if is_hiding(config):
        return tuple(there)
    given = {(config.invocation_params.dir / argument).resolve() for argument in config.args if "::" not in argument}
    return tuple(folder for folder in there if given.isdisjoint(whole(current_project().root / folder)))


def is_hiding(config: pytest.Config) -> bool:
    """Whether an option keeps files from being collected that the suite has."""
    settings = config.getoption("override_ini", default=None) or ()
    return any(config.getoption(name, default=None) for name in HIDING) or any(
        setting.strip().startswith(SETTINGS) for setting in settings
    )


def whole(folder: Path) -> set[Path]:
    """The paths that name a *folder* whole: itself, and whatever it lies in."""
    path = folder.resolve()
    return {path, *path.parents}
