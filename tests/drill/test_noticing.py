"""What a monitor notices of a failure: what is bad since then and was not before, and after how many seconds."""

import pytest

from rollout.drill.noticing import Monitor, MonitorLook, noticed
from rollout.evidence.records import Sample
from rollout.target.wait import eventually


def look(at: float, *bad: str, took: float = 0.5) -> MonitorLook:
    """A look that found these samples bad, and was over then."""
    return MonitorLook(at - took, at, dict.fromkeys(bad, "got nothing"))


def test_what_is_bad_since_then_was_noticed_by_the_first_look_that_says_so() -> None:
    """
    Known before, told after the end, or never bad: none of these.
    """
    looks = [look(9.0, "errors"), look(11.0, "errors"), look(12.5, "ready", "errors"), look(14.0, "ready", "queue")]
    assert noticed(looks, caused=10.0, until=13.0) == {"ready": 2.5}
    assert noticed(looks, caused=10.0, until=14.0) == {"ready": 2.5, "queue": 4.0}
    assert noticed([look(9.0), look(11.0), look(12.0)], caused=10.0, until=20.0) == {}
    assert noticed([look(11.0, "ready")], caused=10.0, until=20.0) == {"ready": 1.0}


def test_a_look_that_began_before_the_end_counts_though_it_is_over_later() -> None:
    """
    A source that waits in vain takes its time; one that began after the end tells of something else.
    """
    assert noticed([look(14.0, "ready", took=4.0)], caused=10.0, until=12.0) == {"ready": 4.0}
    assert noticed([look(14.0, "ready", took=1.0)], caused=10.0, until=12.0) == {}


def test_what_was_mended_and_breaks_again_is_noticed_anew() -> None:
    """
    Only the last look before the failure counts as known.
    """
    looks = [look(1.0, "ready"), look(9.0), look(11.0, "ready")]
    assert noticed(looks, caused=10.0, until=20.0) == {"ready": 1.0}


def test_a_monitor_looks_until_its_block_is_over() -> None:
    """
    And tells what it finds bad now.
    """
    monitor = Monitor(lambda stopped: {"ready": Sample(value=0)}, lambda samples: {"ready": "0 %"})
    with pytest.raises(AssertionError, match="has not looked yet"):
        monitor.expect_good()

    def looked() -> None:
        assert monitor.looks

    with monitor.looking():
        eventually(looked, within=10)
    seen = len(monitor.looks)
    with pytest.raises(AssertionError, match=r"the monitor finds bad: ready \(0 %\)"):
        monitor.expect_good()
    assert len(monitor.looks) == seen
