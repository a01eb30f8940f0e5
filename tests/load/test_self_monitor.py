"""The generator knows when it has no processor to spare."""

import pytest

from rollout.locust_plugin.generator import self_monitor


class Clocks:
    """Time that passes when a test says so."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = self.spent = 0.0
        patch.setattr(self_monitor, "perf_counter", lambda: self.now)
        patch.setattr(self_monitor, "process_time", lambda: self.spent)

    def go_on(self, seconds: float, busy: float) -> None:
        """Some seconds, of which this share was spent working."""
        self.now += seconds
        self.spent += seconds * busy


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    """Both clocks at zero."""
    return Clocks(monkeypatch)


@pytest.mark.parametrize(("busy", "full"), [(0.5, False), (0.84, False), (0.9, True), (1.0, True)])
def test_a_whole_core_is_full(clocks: Clocks, busy: float, full: bool) -> None:
    """
    Full from 85 % of a core on.
    """
    own = self_monitor.SelfMonitor(85)
    clocks.go_on(0.3, busy)
    assert own.full is full


def test_an_idle_past_does_not_hide_a_busy_present(clocks: Clocks) -> None:
    """
    A minute of rest, read once a second, then a second without any.
    """
    own = self_monitor.SelfMonitor(85)
    for second in range(60):
        clocks.go_on(1, 0.1)
        own.read(second, [])
    assert not own.full
    clocks.go_on(1, 1.0)
    assert own.full


def test_a_moment_is_too_short_to_tell(clocks: Clocks) -> None:
    """
    What was found last holds until there was time to find something else.
    """
    own = self_monitor.SelfMonitor(85)
    clocks.go_on(1, 1.0)
    assert own.full
    clocks.go_on(0.1, 0.0)
    assert own.full
    clocks.go_on(0.2, 0.0)
    assert not own.full
