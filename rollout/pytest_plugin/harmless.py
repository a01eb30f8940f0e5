"""Clean the reports of a test run: no secrets, and visible characters only, for any answer of the target."""

from collections.abc import Generator
from typing import TypeVar

import pytest
from _pytest._code.code import TerminalRepr

from rollout.target import message

Anything = TypeVar("Anything")


class HarmlessReports:
    """Cleans each report when it is made, before terminal, JUnit, Allure, journal and the xdist controller read it."""

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The cleaned report, before any other plugin reads it."""
        report = yield
        report.longrepr = harmless(report.longrepr)
        report.sections = harmless(report.sections)
        report.user_properties = harmless(report.user_properties)
        return report


def harmless(value: Anything) -> Anything:
    """*value* with every text inside cleaned; objects of pytest's representation are changed in place."""
    if isinstance(value, str):
        return message.harmless(value)  # type: ignore[return-value]  # a text for a text
    if isinstance(value, list | tuple):
        return type(value)(map(harmless, value))
    if isinstance(value, TerminalRepr):
        vars(value).update({name: harmless(part) for name, part in vars(value).items()})
    return value
