"""The pytest plugin: it derives phases from criterion marks, records outcomes as evidence, and prints the phase's table."""

from rollout.pytest_plugin.configure import pytest_configure, pytest_unconfigure
from rollout.pytest_plugin.differences import pytest_assertrepr_compare
from rollout.pytest_plugin.looked_in import pytest_pycollect_makemodule
from rollout.pytest_plugin.marks import pytest_collection_modifyitems, pytest_runtest_makereport, pytest_runtest_setup
from rollout.pytest_plugin.options import pytest_addoption
from rollout.pytest_plugin.run_target import target

__all__ = [
    "pytest_addoption",
    "pytest_assertrepr_compare",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_pycollect_makemodule",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_unconfigure",
    "target",
]
