"""The pytest plugin: criterion marks become phases, outcomes become evidence, and the phase's table ends the run."""

from rollout.pytest_plugin.marks import pytest_collection_modifyitems, pytest_runtest_makereport, pytest_runtest_setup
from rollout.pytest_plugin.options import pytest_addoption, pytest_configure, pytest_unconfigure, target

__all__ = [
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_unconfigure",
    "target",
]
