"""For a test that failed by a timeout: how long a target on this machine waited for a processor. The judge reads it."""

from collections.abc import Generator

import httpx
import pytest

from rollout.processor_wait import Listener
from rollout.pytest_plugin.first_failure import first_failure
from rollout.pytest_plugin.marks import criteria
from rollout.pytest_plugin.report_properties import property_of
from rollout.pytest_plugin.run_target import TARGET
from rollout.target.deadline import TooLate
from rollout.target.exchange import LISTENERS, Exchange
from rollout.target.http import origin

TARGET_WAITED = "rollout-target-waited"  # property of a report, in percent


class TargetWait:
    """
    Measures the processor waits of a local target during each test with a criterion, from the first request to it on.

    Requests to other servers cost nothing here and excuse nothing, nor do those of tests without a criterion.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._measures = False
        self._target: Listener | None = None
        LISTENERS.append(self.note)

    def note(self, exchange: Exchange) -> None:
        """Start measuring the target with the first *exchange* with it."""
        target = self._config.stash.get(TARGET, None)
        if not self._measures or self._target or target is None:
            return
        if origin(exchange.request.url) == origin(httpx.URL(target.url())):
            self._target = Listener(target.url("/"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Restart the measurement with each test that has a criterion."""
        self._measures = bool(criteria(item))
        if self._measures:
            self.waited_percent()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note the share in the report of a test that failed for want of time alone."""
        report = yield
        error = call.excinfo.value if call.excinfo is not None else None
        if self._measures and report.failed and is_late(error):
            waited = self.waited_percent()
            if waited is not None:
                report.user_properties.append((TARGET_WAITED, waited))
        return report

    def waited_percent(self) -> float | None:
        """The share of the time since the last call, in percent; None if it is not known."""
        return self._target.waited_percent() if self._target else None

    def pytest_unconfigure(self) -> None:
        """Remove the listener."""
        LISTENERS.remove(self.note)


def told_wait(report: pytest.TestReport) -> float | None:
    """The share noted in a report, in percent; None if there is none."""
    waited: float | None = property_of(report.user_properties, TARGET_WAITED)
    return waited


def is_late(error: BaseException | None) -> bool:
    """Whether the failure that an error is about is a TooLate, or names one as its cause."""
    failure = first_failure(error) if error is not None else None
    while failure is not None and not isinstance(failure, TooLate):
        failure = failure.__cause__
    return failure is not None
