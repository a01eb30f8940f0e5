"""The generator tells the seconds in which its own link was down."""

import pytest

from rollout.locust_plugin.generator import link_monitor
from rollout.locust_plugin.generator.link_monitor import LinkMonitor
from rollout.locust_plugin.generator.schedule import RunClock


class Scripted:
    """A link whose states are known."""

    def __init__(self, *states: bool) -> None:
        self.states = list(states)

    def up(self) -> bool:
        """The next state."""
        return self.states.pop(0)


def test_the_seconds_around_a_cut_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    From the last look that found it up to the first that does again: in between nobody knows.
    """
    clock = RunClock()
    now = [clock.moment(1000)]
    monkeypatch.setattr(link_monitor, "perf_counter", lambda: now[0])
    monitor = LinkMonitor(Scripted(True, False, False, True, True), clock)
    for _ in range(5):
        now[0] += 1
        monitor.look()
    assert monitor.take() == [1001, 1002, 1003, 1004]
    assert monitor.take() == []
