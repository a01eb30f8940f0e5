"""The generator knows when it has no processor to spare, and when others kept it from one."""

from pathlib import Path

import pytest

from rollout import processor_wait
from rollout.locust_plugin.generator import self_monitor
from rollout.locust_plugin.generator.self_monitor import SelfMonitor

ELSEWHERE = "https://staging.example.org"


class Kernel:
    """A clock, and what the kernel says about the time this process waited for a processor."""

    def __init__(self, patch: pytest.MonkeyPatch, file: Path) -> None:
        self.now = self.waited = 0.0
        self.file = file
        patch.setattr(self_monitor, "perf_counter", lambda: self.now)
        patch.setattr(processor_wait, "SCHEDSTAT", file)
        self.go_on(0, 0)

    def go_on(self, seconds: float, waiting: float) -> None:
        """Some seconds, of which this share was spent waiting."""
        self.now += seconds
        self.waited += seconds * waiting
        self.file.write_text(f"4573687 {self.waited * 1e9:.0f} 2\n", encoding="ascii")


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kernel:
    """A kernel that tells what a test says."""
    return Kernel(monkeypatch, tmp_path / "schedstat")


@pytest.mark.parametrize("waiting", [0.0, 0.25, 0.9])
def test_the_share_of_time_without_a_processor_is_told(kernel: Kernel, waiting: float) -> None:
    """
    It counts from one reading to the next, whatever was before.
    """
    own = SelfMonitor(ELSEWHERE)
    kernel.go_on(2, 0.5)
    assert own.read(1, [])["waited_percent"] == 50.0
    kernel.go_on(1, waiting)
    assert own.read(2, [])["waited_percent"] == pytest.approx(100 * waiting)


@pytest.mark.parametrize("says", ["", "nothing", "1 many 2"], ids=["empty", "one word", "no number"])
def test_a_kernel_that_does_not_tell_leaves_it_open(kernel: Kernel, says: str) -> None:
    """
    Not told is not zero.
    """
    own = SelfMonitor(ELSEWHERE)
    kernel.go_on(1, 0.5)
    kernel.file.write_text(says, encoding="ascii")
    assert own.read(1, [])["waited_percent"] is None


def test_another_system_has_no_such_file(kernel: Kernel) -> None:
    """
    The rest of the reading is there all the same.
    """
    kernel.file.unlink()
    reading = SelfMonitor(ELSEWHERE).read(1, [0.001, 0.002])
    assert reading["waited_percent"] is None
    assert reading["lag_p99_ms"] == 1.0
