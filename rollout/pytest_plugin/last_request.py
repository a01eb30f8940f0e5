"""The last request of a failed check, noted so that a reader of the report can send it again."""

from collections.abc import Generator

import pytest

from rollout.pytest_plugin.report_properties import property_of
from rollout.target.curl import as_curl
from rollout.target.exchange import LISTENERS, Exchange

LAST_REQUEST = "rollout-last-request"  # a property of the test


class LastRequest:
    """Keeps the last exchange with the target, and notes its request in the report of a failed test."""

    def __init__(self) -> None:
        self.last: Exchange | None = None
        LISTENERS.append(self.remember)

    def remember(self, exchange: Exchange) -> None:
        """Keep *exchange* until the next one."""
        self.last = exchange

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """Each test begins without a request."""
        self.last = None
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note the request in a report about a failure."""
        report = yield
        if report.failed and self.last is not None:
            report.user_properties.append((LAST_REQUEST, as_curl(self.last.request)))
        return report

    def pytest_unconfigure(self) -> None:
        """Remove the listener."""
        LISTENERS.remove(self.remember)


def with_request(message: str, properties: list[tuple[str, object]]) -> str:
    """A *message* of a failed test with the command line of its last request, unless it contains one."""
    last = property_of(properties, LAST_REQUEST)
    return message if last is None or "curl -X " in message else f"{message}; last request: {last}"
