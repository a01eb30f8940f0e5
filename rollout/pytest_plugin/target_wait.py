"""For a test that failed by a timeout: how long a target on this machine waited for a processor. The judge reads it."""

from collections.abc import Generator, Iterator

import pytest

from rollout.processor_wait import Listener
from rollout.pytest_plugin.marks import criteria
from rollout.pytest_plugin.report_properties import property_of
from rollout.target.deadline import TooLate
from rollout.target.exchange import LISTENERS, Exchange
from rollout.target.http import origin

TARGET_WAITED = "rollout-target-waited"  # property of a report, in percent


class TargetWait:
    """
    Measures the processor waits of each local target of a test with a criterion, from the first request to it on.

    Other tests are no evidence: their requests, such as those to servers of their own, cost nothing here.
    """

    def __init__(self) -> None:
        self._measures = False
        self._asked: dict[tuple[str, str, int | None], Listener] = {}
        LISTENERS.append(self.note)

    def note(self, exchange: Exchange) -> None:
        """Start measuring the target of *exchange*, once for each origin."""
        url = exchange.request.url
        if self._measures and (place := origin(url)) not in self._asked:
            self._asked[place] = Listener(str(url))

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
        """Note the share in the report of a test that failed by a TooLate."""
        report = yield
        error = call.excinfo.value if call.excinfo is not None else None
        if self._measures and report.failed and any(isinstance(each, TooLate) for each in behind(error)):
            waited = self.waited_percent()
            if waited is not None:
                report.user_properties.append((TARGET_WAITED, waited))
        return report

    def waited_percent(self) -> float | None:
        """The largest share of all targets since the last call, in percent; None if none is known."""
        told = [listener.waited_percent() for listener in self._asked.values()]
        return max((each for each in told if each is not None), default=None)

    def pytest_unconfigure(self) -> None:
        """Remove the listener."""
        LISTENERS.remove(self.note)


def told_wait(report: pytest.TestReport) -> float | None:
    """The share noted in a report, in percent; None if there is none."""
    waited: float | None = property_of(report.user_properties, TARGET_WAITED)
    return waited


def behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error and the chain of its causes."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
