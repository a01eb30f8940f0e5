"""The process that compares two releases measures itself in each second."""

from rollout.locust_plugin.controller.own_readings import OwnReadings
from rollout.locust_plugin.generator.schedule import RunClock


class Clock(RunClock):
    """A clock that a test sets."""

    now = 100

    def second(self, moment: float) -> int:
        """The second that it is set to, at any moment."""
        return self.now


class Cable:
    """A link that a test pulls."""

    plugged = True

    def up(self) -> bool:
        """Whether it is plugged."""
        return self.plugged


def test_each_second_that_is_over_has_a_reading_of_its_own() -> None:
    """
    Seconds that nobody looked at in between have that of the time they were in; others have none.
    """
    own = OwnReadings("http://198.51.100.1", Cable(), Clock())
    own.read(101)
    own.read(103)
    told = {second: own.of(second) for second in range(99, 104)}
    assert own.of(100) == told[100]  # of pairs that came late
    own.close()
    assert [second for second, reading in told.items() if reading] == [100, 101, 102]
    assert told[101] == told[102]
    assert told[100] is not None
    assert (told[100].offline, told[100].cpu_percent >= 0) == (False, True)


def test_a_second_in_which_the_link_was_down_says_so() -> None:
    """
    And those after it do not.
    """
    clock, cable = Clock(), Cable()
    own = OwnReadings("http://198.51.100.1", cable, clock)
    for now, plugged in ((101, False), (102, True), (103, True), (104, True)):
        clock.now, cable.plugged = now, plugged
        own.link.look()
        own.read(now)
    told = [own.of(second) for second in range(100, 104)]
    own.close()
    assert [reading.offline for reading in told if reading] == [True, True, True, False]
