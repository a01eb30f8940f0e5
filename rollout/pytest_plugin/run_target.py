"""The target of a test run: the controller opens it once, the workers read its state."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from rollout.embedded import handing, read_state, target_at_hand
from rollout.kept import on_stderr
from rollout.plan import Plan
from rollout.suite import Suite
from rollout.target import Target, TargetError
from rollout.target.release import given
from rollout.target.settings import STATE_VARIABLE

PLAN = pytest.StashKey[Plan]()
SUITE = pytest.StashKey[Suite]()
TARGET = pytest.StashKey[Target]()
LIFE = pytest.StashKey[ExitStack]()


def is_worker(config: pytest.Config) -> bool:
    """Whether this is a worker process of pytest-xdist."""
    return hasattr(config, "workerinput")


def open_target(config: pytest.Config) -> Target:
    """The target of this run, opened on first use; if that fails, the run exits at once."""
    if TARGET not in config.stash:
        try:
            config.stash[TARGET] = worker_target(config) or own_target(config)
        except TargetError as error:
            pytest.exit(f"rollout: {error}", returncode=pytest.ExitCode.USAGE_ERROR)
    return config.stash[TARGET]


def own_target(config: pytest.Config) -> Target:
    """The target of the options `--target` and `--release`, opened by this process."""
    release = given(config.getoption("--release"))
    terminal = config.pluginmanager.getplugin("terminalreporter")
    at_hand = target_at_hand(
        config.stash[SUITE],
        config.getoption("--target"),
        with_faults=config.getoption("--with-faults"),
        tell=terminal.write_line if terminal else on_stderr,
    )
    found = config.stash[LIFE].enter_context(at_hand)
    return found.model_copy(update={"release": release}) if release else found


def worker_target(config: pytest.Config) -> Target | None:
    """The target that the controller opened, in a worker process; None if it passed none."""
    given: dict[str, str] = getattr(config, "workerinput", {})
    if STATE_VARIABLE not in given:
        return None
    state = read_state(Path(given[STATE_VARIABLE]))
    os.environ.update(handing(state))  # the worker was started before the stand-in
    return config.stash[SUITE].target_of(state)


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Target:
    """The system under verification."""
    return open_target(request.config)
