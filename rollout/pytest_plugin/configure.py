"""Start and end of a test run: read the plan, register the phases as markers, start the recorder on the controller."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from rollout.executed_asserts import refuse_without_asserts
from rollout.plan import load_plan
from rollout.project import NO_NAME
from rollout.pytest_plugin.harmless import HarmlessReports
from rollout.pytest_plugin.last_request import LastRequest
from rollout.pytest_plugin.options import joined
from rollout.pytest_plugin.run_target import LIFE, PLAN, SUITE, is_worker
from rollout.pytest_plugin.target_wait import TargetWait
from rollout.suite import suite_of


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the plan before anything runs; register the phases as markers; start recording on the controller."""
    try:
        if not is_worker(config):  # xdist cannot end a worker's error; there each test fails with it
            refuse_without_asserts()
        for option in ("--plan", "--journals"):
            refuse_empty(option, config.getoption(option))
        config.stash[PLAN] = load_plan(Path(config.getoption("--plan")))
        config.stash[SUITE] = suite_of(config.stash[PLAN])
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    config.addinivalue_line("markers", "criterion(id): the test is evidence for this criterion of plan.toml")
    config.addinivalue_line(
        "markers", "promise(text): what the test rests on: `plan: …`, `api: …` or `advisory: …`, told by rollout trace"
    )
    config.addinivalue_line(
        "markers", "standin_only(reason): the test harms its target and applies to a stand-in alone"
    )
    for phase in config.stash[PLAN].phases:
        config.addinivalue_line("markers", f"{phase.id}: gives evidence for {phase.title!r} (derived, never written)")
    config.stash[LIFE] = ExitStack()
    keep_reports_harmless(config)
    if not is_worker(config):
        config.invocation_params = replace(config.invocation_params, args=tuple(joined(config.invocation_params.args)))
        from rollout.pytest_plugin.recorder import OutcomeRecorder  # the worker processes never need it

        config.pluginmanager.register(OutcomeRecorder(config), "rollout-recorder")


def refuse_empty(option: str, name: str | None) -> None:
    """Raise ValueError for an *option* with an empty name, such as that of an unset variable."""
    if name is not None and not name.strip():
        raise ValueError(f"{option}: {NO_NAME}")


def keep_reports_harmless(config: pytest.Config) -> None:
    """Clean what this process reports; called before Allure's plugin makes its writer."""
    config.pluginmanager.register(HarmlessReports(), "rollout-harmless-reports")
    config.pluginmanager.register(LastRequest(), "rollout-last-request")
    config.pluginmanager.register(TargetWait(config), "rollout-target-wait")
    if config.pluginmanager.hasplugin("allure_pytest"):
        from rollout.pytest_plugin.harmless_allure import keep_allure_harmless  # only if Allure is loaded already

        keep_allure_harmless()
        if config.getoption("--alluredir", default=None):
            tell_allure(config)


def tell_allure(config: pytest.Config) -> None:
    """Register the plugins that write labels and steps for Allure."""
    from rollout.pytest_plugin.allure_labels import AllureLabels
    from rollout.pytest_plugin.allure_steps import AllureSteps  # it needs Allure

    config.pluginmanager.register(AllureLabels(), "rollout-allure-labels")
    config.pluginmanager.register(AllureSteps(), "rollout-allure-steps")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the target and other resources of the run."""
    if LIFE in config.stash:
        config.stash[LIFE].close()
