"""The project of a command: a folder with plan.toml, targets, suites and results. Nothing is written elsewhere."""

import importlib
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

PLAN = "plan.toml"
NO_NAME = "the name is empty; an unset variable? Name a file or a folder, or leave it out"


class ProjectError(ValueError):
    """Something that the project must contain is missing or cannot be loaded."""


@dataclass(frozen=True)
class ProjectFolder:
    """The folder *root* of a project and the paths in it."""

    root: Path

    @property
    def plan_file(self) -> Path:
        return self.root / PLAN

    @property
    def targets(self) -> Path:
        return self.root / "targets"

    @property
    def proof_file(self) -> Path:
        return self.docs / "proof.json"

    @property
    def docs(self) -> Path:
        return self.root / "docs"

    @property
    def results(self) -> Path:
        """The results of every target and phase."""
        return self.root / "reports" / "out"

    def phase_folder(self, target: str, phase: str) -> Path:
        """The folder of a phase's results on one target: decision, journals, Allure results."""
        return self.results / target / phase

    def journals_of(self, target: str, phase: str) -> Path:
        """The folder of a phase's journals."""
        return self.phase_folder(target, phase) / "journals"

    def all_journals(self) -> list[Path]:
        """The folders of journals of every phase and target."""
        return sorted(self.results.glob("*/*/journals"))

    def module(self, name: str) -> ModuleType:
        """
        The module of that *name* in the project or among the installed packages.

        ProjectError if there is none, or if its own code ends in an error when it is loaded.
        """
        root = str(self.root)
        if root not in sys.path:
            sys.path.insert(0, root)
        try:
            return importlib.import_module(name)
        except (Exception, SystemExit) as error:  # code of a project can raise anything while it is loaded
            absent = isinstance(error, ModuleNotFoundError) and error.name in (name, name.partition(".")[0])
            if absent or name.startswith(".") or not name:
                raise ProjectError(f"no module {name!r} in {root} or among the installed packages") from None
            raise ProjectError(f"module {name!r} cannot be loaded: {said(error)}") from error

    def suite(self, name: str) -> Any:
        """The `SUITE` of the module of that *name*, with the sources that it brings; ProjectError if there is none."""
        found = getattr(self.module(name), "SUITE", None)
        if not hasattr(found, "sources"):
            raise ProjectError(f"module {name!r} has no SUITE; give it one: SUITE = rollout.suite.Suite(…)")
        return found


def said(error: BaseException) -> str:
    """An error of loaded code in one line: class, message, and the last file and line, unless the import system raised it."""
    if isinstance(error, SyntaxError):
        return f"{type(error).__name__}: {error.msg} in {error.filename}:{error.lineno}"
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = "" if "importlib" in last.filename else f" in {last.filename}:{last.lineno}"
    return " ".join(f"{type(error).__name__}: {error}{where}".split())


def current_project() -> ProjectFolder:
    """The project of the current directory: the nearest folder upwards with a plan.toml, else the directory itself."""
    here = Path.cwd()
    return ProjectFolder(next((folder for folder in (here, *here.parents) if (folder / PLAN).is_file()), here))
