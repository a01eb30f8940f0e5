"""The options of a test run."""

import os
from collections.abc import Iterable, Iterator

import pytest

from rollout.project import current_project

OPTIONAL = {
    "slow": "long simulations and load runs",
    "stack": "they boot the real stand-in or run whole commands",
    "browser": "they need Chromium on PATH",
}
VALUED = ("--plan", "--target", "--release", "--journals", "--parent", "--whatever-broken")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options: target, release, folder of the evidence, and choice of tests."""
    group = parser.getgroup("rollout", "release verification")
    group.addoption(
        "--plan", default=str(current_project().plan_file), metavar="FILE", help="the rollout plan (default: plan.toml)"
    )
    group.addoption(
        "--target", default=None, metavar="NAME", help="a file in targets/ (default: the embedded stand-in)"
    )
    group.addoption("--with-faults", action="store_true", help="use a stand-in kept by hand though faults of it are on")
    group.addoption("--release", default=None, metavar="ID", help="the deployed build (default: what the target says)")
    group.addoption("--journals", default=None, metavar="DIR", help="where journals go (default: reports/out/…)")
    group.addoption("--parent", default=None, metavar="RUN", help="the gate that started this run")
    group.addoption(
        "--until-broken", action="store_true", help="leave out tests whose criteria have all failed already"
    )
    group.addoption(
        "--whatever-broken",
        action="append",
        default=[],
        metavar="NODE",
        help="run this test in spite of --until-broken; may be given several times",
    )
    for mark, why in OPTIONAL.items():
        group.addoption(f"--{mark}", action="store_true", help=f"run the tests marked {mark} too: {why}")


def joined(words: Iterable[str | os.PathLike[str]]) -> Iterator[str]:
    """
    The arguments of a command line with each option and its value joined by `=`, for worker processes.

    pytest takes a separate argument that is a folder for a test folder and looks for its settings there. The folder of
    journals exists when the workers start.
    """
    rest = iter(map(str, words))
    for word in rest:
        value = next(rest, None) if word in VALUED else None
        yield word if value is None else f"{word}={value}"
