"""What a test run shows and hands on: without secrets, and of visible characters only, whatever the target said."""

from collections.abc import Generator
from typing import TypeVar

import pytest
from _pytest._code.code import TerminalRepr

from rollout.target import message

Anything = TypeVar("Anything")


class HarmlessReports:
    """Cleans each report where it is made, so that terminal, JUnit, Allure, journal and other workers get it clean."""

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The report, before anybody else has read it."""
        report = yield
        report.longrepr = harmless(report.longrepr)
        report.sections = harmless(report.sections)
        report.user_properties = harmless(report.user_properties)
        return report


def harmless(value: Anything) -> Anything:
    """*value* with every text inside cleaned; what pytest would print is changed in place."""
    if isinstance(value, str):
        return message.harmless(value)  # type: ignore[return-value]  # a text for a text
    if isinstance(value, list | tuple):
        return type(value)(map(harmless, value))
    if isinstance(value, TerminalRepr):
        vars(value).update({name: harmless(part) for name, part in vars(value).items()})
    return value
