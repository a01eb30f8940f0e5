"""Options, the plan, and the target of a test run."""

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from rollout.plan import PLAN_FILE, Plan, PlanError, load_plan
from rollout.target import Target, TargetError, load_target
from rollout.target.embedded import NAME, STATE_VARIABLE, read_state, target_at_hand

OPTIONAL = {
    "slow": "long simulations and load runs",
    "stack": "they boot the real stand-in or run whole commands",
    "browser": "they need Chromium on PATH",
}
VALUED = ("--plan", "--target", "--release", "--journals", "--parent")
PLAN = pytest.StashKey[Plan]()
TARGET = pytest.StashKey[Target]()
LIFE = pytest.StashKey[ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which target, which release, and where the evidence goes."""
    group = parser.getgroup("rollout", "release verification")
    group.addoption("--plan", default=str(PLAN_FILE), metavar="FILE", help="the rollout plan (default: plan.toml)")
    group.addoption(
        "--target", default=None, metavar="NAME", help="a file in targets/ (default: the embedded stand-in)"
    )
    group.addoption("--release", default=None, metavar="ID", help="the deployed build (default: what the target says)")
    group.addoption("--journals", default=None, metavar="DIR", help="where journals go (default: reports/out/…)")
    group.addoption("--parent", default=None, metavar="RUN", help="the gate that started this run")
    group.addoption(
        "--until-broken", action="store_true", help="leave out tests whose criteria have all failed already"
    )
    for mark, why in OPTIONAL.items():
        group.addoption(f"--{mark}", action="store_true", help=f"run the tests marked {mark} too: {why}")


def pytest_configure(config: pytest.Config) -> None:
    """Read the plan before anything runs; register the phases as markers; start recording on the controller."""
    try:
        config.stash[PLAN] = load_plan(Path(config.getoption("--plan")))
    except PlanError as error:
        raise pytest.UsageError(str(error)) from None
    config.addinivalue_line("markers", "criterion(id): the test is evidence for this criterion of plan.toml")
    for phase in config.stash[PLAN].phases:
        config.addinivalue_line("markers", f"{phase.id}: gives evidence for {phase.title!r} (derived, never written)")
    config.stash[LIFE] = ExitStack()
    if not is_worker(config):
        config.invocation_params = replace(config.invocation_params, args=tuple(joined(config.invocation_params.args)))
        from rollout.pytest_plugin.recorder import Recorder  # the worker processes never need it

        config.pluginmanager.register(Recorder(config), "rollout-recorder")


def joined(words: Iterable[str | os.PathLike[str]]) -> Iterator[str]:
    """
    The words of a command line with each value next to its option, as worker processes get them.

    pytest takes a folder that stands alone for one of tests, and looks for its settings there; the folder of journals
    is there once the workers start.
    """
    rest = iter(map(str, words))
    for word in rest:
        value = next(rest, None) if word in VALUED else None
        yield word if value is None else f"{word}={value}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what the run started."""
    if LIFE in config.stash:
        config.stash[LIFE].close()


def is_worker(config: pytest.Config) -> bool:
    """Whether this is a process of pytest-xdist that runs tests for another one."""
    return hasattr(config, "workerinput")


def open_target(config: pytest.Config) -> Target:
    """The target of this run, started on first use; the run stops at once where it cannot be had."""
    if TARGET not in config.stash:
        try:
            config.stash[TARGET] = worker_target(config) or own_target(config)
        except TargetError as error:
            pytest.exit(f"rollout: {error}", returncode=pytest.ExitCode.USAGE_ERROR)
    return config.stash[TARGET]


def own_target(config: pytest.Config) -> Target:
    """The target as the controller opens it."""
    found = config.stash[LIFE].enter_context(target_at_hand(config.getoption("--target")))
    release = config.getoption("--release")
    return found.model_copy(update={"release": release}) if release else found


def worker_target(config: pytest.Config) -> Target | None:
    """The target that the controller opened, as a worker process sees it."""
    given: dict[str, str] = getattr(config, "workerinput", {})
    if STATE_VARIABLE not in given:
        return None
    os.environ[STATE_VARIABLE] = given[STATE_VARIABLE]  # the worker was started before the stand-in
    return load_target(NAME, read_state(Path(given[STATE_VARIABLE])))


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Target:
    """The system under verification."""
    return open_target(request.config)
