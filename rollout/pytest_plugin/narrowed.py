"""Whether a run selected some of the tests only: such a run can show failures, but clears none of earlier runs."""

import re
from pathlib import Path

import pytest

from rollout.project import current_project
from rollout.pytest_plugin.run_target import PLAN, SUITE

CHOOSING = ("keyword", "deselect", "ignore", "ignore_glob", "lf", "failedfirst", "stepwise", "until_broken")
WORD = re.compile(r"[^\s()]+")
OPERATORS = {"and", "or", "not"}


def is_narrowed(config: pytest.Config) -> bool:
    """Whether this run leaves out tests of its phases by name, file, earlier outcome, or another mark."""
    return (
        any(config.getoption(name, default=None) for name in CHOOSING)
        or any("python_" in setting for setting in config.getoption("override_ini", default=None) or ())
        or not marks(config) <= {phase.id for phase in config.stash[PLAN].phases}
        or any(within_a_folder(config, argument) for argument in config.args)
    )


def marks(config: pytest.Config) -> set[str]:
    """The names in the `-m` expression."""
    return set(WORD.findall(config.getoption("-m") or "")) - OPERATORS


def within_a_folder(config: pytest.Config, argument: str) -> bool:
    """Whether an *argument* names less than a whole test folder of the suite."""
    name, _, node = argument.partition("::")
    path = (config.invocation_params.dir / Path(name)).resolve()
    folders = [current_project().root / folder for folder in config.stash[SUITE].tests]
    return bool(node) or path.is_file() or any(folder in path.parents for folder in folders)
