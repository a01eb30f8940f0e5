"""The monitor keeps its schedule, cuts its journals, and notices a new release."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rollout.evidence import JournalState, Origin, read_ledger
from rollout.evidence.records import Sample, Slot
from rollout.same_release import SameRelease
from rollout.suite import Suite
from rollout.target import Target
from rollout.watch.monitor import Round, watch
from tests.watch.clock import Still

ORIGIN = Origin(producer="watch", phase="phase1", target="t", environment="staging", release="1", plan="p")


class Scripted:
    """Probes that answer from a list of releases; stands where the network would be."""

    def __init__(self, releases: list[str], slow_first_s: float = 0.0) -> None:
        self.releases = releases
        self.slow_s = slow_first_s
        self.clock = Still()
        self.target_waited: float | None = None

    def look(self, stopped: Callable[[], bool]) -> dict[str, Sample]:
        """One sample; the first one may take its time."""
        self.clock.at += self.slow_s
        self.slow_s = 0.0
        return {"service.available": Sample(value=1, text="200")}

    def target_waited_percent(self) -> float | None:
        """The target is on another machine, where nobody can know, unless a test says how long it waited."""
        return self.target_waited

    def release(self) -> str:
        """The next release."""
        return self.releases.pop(0) if len(self.releases) > 1 else self.releases[0]


def watched(
    folder: Path, probes: Scripted, slots: int, every: float = 30.0, *, build: SameRelease | None = None
) -> list[Any]:
    """The runs that a round leaves."""
    asked = Round(every, every * (slots - 1), "all")
    watch(probes, asked, ORIGIN, folder, lambda _: None, build, threading.Event(), probes.clock)
    return list(read_ledger([folder]).runs)


def test_every_slot_is_written_at_its_time(tmp_path: Path) -> None:
    """
    Six slots stand in one whole journal, each due 30 s after the one before.
    """
    (run,) = watched(tmp_path, Scripted(["1"]), 6)
    due = [slot.due for slot in run.of(Slot)]
    assert run.state is JournalState.COMPLETE
    assert [round(at - due[0], 2) for at in due] == [0, 30, 60, 90, 120, 150]


def test_a_late_look_is_skipped_not_squeezed_in(tmp_path: Path) -> None:
    """
    While a look takes three slots, the slots it covers stay empty, and the next is on time again.
    """
    (run,) = watched(tmp_path, Scripted(["1"], slow_first_s=100.0), 6)
    slots = list(run.of(Slot))
    assert [slot.number for slot in slots] == [0, 3, 4, 5, 6]
    assert [round(slot.due - slots[0].due, 2) for slot in slots] == [0, 90, 120, 150, 180]


def test_a_journal_lasts_a_quarter_of_an_hour(tmp_path: Path) -> None:
    """
    A crash costs no more than that: what was seen before stands in whole journals.
    """
    runs = watched(tmp_path, Scripted(["1"]), 40, every=60.0)
    assert [len(list(run.of(Slot))) for run in runs] == [16, 16, 8]
    assert {run.state for run in runs} == {JournalState.COMPLETE}


def test_a_new_release_begins_a_new_journal(tmp_path: Path) -> None:
    """
    When another release answers, what follows is evidence about that one.
    """
    runs = watched(tmp_path, Scripted(["1", "1", "2", "2"]), 4)
    assert [(run.release, len(list(run.of(Slot)))) for run in runs] == [("1", 2), ("2", 2)]


def named_by_hand(*told: str | None) -> SameRelease:
    """A system that says these releases in turn, whatever the target's file calls it."""
    answers = iter(told)
    system = Target(name="t", environment="staging", base_url="http://127.0.0.1:9", release="1")
    return SameRelease(Suite("moving", release=lambda _: next(answers)), system)


def test_another_build_is_not_watched_under_the_name_that_a_person_gave(tmp_path: Path) -> None:
    """
    Case 2: the round ends, and the journal in which the other build began to answer proves nothing.
    """
    (run,) = watched(tmp_path, Scripted(["x"]), 6, build=named_by_hand("a", "a", "a", "b"))
    assert (len(list(run.of(Slot))), run.other_release) == (2, "b")


def test_a_build_that_stays_is_watched_to_the_end(tmp_path: Path) -> None:
    """
    Silence is no other build, and the name that a person gave is not compared with what the system says.
    """
    (run,) = watched(tmp_path, Scripted(["x"]), 4, build=named_by_hand("a", "a", None, "a", "a"))
    assert (len(list(run.of(Slot))), run.release, run.other_release) == (4, "1", "")


def test_a_stop_keeps_what_was_seen(tmp_path: Path) -> None:
    """
    A monitor that is told to stop seals its journal.
    """
    stop = threading.Event()
    stop.set()
    watch(Scripted(["1"]), Round(30, 600, None), ORIGIN, tmp_path, lambda _: None, None, stop, Still())
    (run,) = read_ledger([tmp_path]).runs
    assert run.state is JournalState.COMPLETE


def test_a_round_lasts_as_long_as_it_was_asked_for(tmp_path: Path) -> None:
    """
    A minute every half a minute is three looks: at its beginning, in the middle and at its end.
    """
    probes = Scripted(["1"])
    asked = Round(30.0, 60.0, "all")
    watch(probes, asked, ORIGIN, tmp_path, lambda _: None, None, threading.Event(), probes.clock)
    (run,) = read_ledger([tmp_path]).runs
    due = [slot.due for slot in run.of(Slot)]
    assert [round(at - due[0], 2) for at in due] == [0, 30, 60]


def test_a_skipped_look_is_made_up_for_at_the_end(tmp_path: Path) -> None:
    """
    Of 31 looks two are too late: two more are taken, so that the time is watched all the same.
    """
    (run,) = watched(tmp_path, Scripted(["1"], slow_first_s=10.0), 31, every=3.0)
    assert [slot.number for slot in run.of(Slot)] == [0, *range(3, 33)]


def test_a_monitor_that_misses_most_looks_ends_all_the_same(tmp_path: Path) -> None:
    """
    No more than a tenth is made up for.
    """
    (run,) = watched(tmp_path, Scripted(["1"], slow_first_s=90.0), 31, every=3.0)
    assert [slot.number for slot in run.of(Slot)] == [0, 30, 31, 32, 33]


def test_a_new_release_says_which_one_answered_before(tmp_path: Path) -> None:
    """
    The journal that follows knows that the window begins anew; one that only goes on does not.
    """
    runs = watched(tmp_path, Scripted(["1", "2", "2", "1"]), 20, every=60.0)
    assert [(run.release, run.started.watch.after) for run in runs] == [
        ("1", None),
        ("2", "1"),
        ("1", "2"),
        ("1", None),
    ]


def test_a_look_that_is_interrupted_is_not_written(tmp_path: Path) -> None:
    """
    What was asked before the signal is no whole round.
    """
    stop = threading.Event()

    class Interrupted(Scripted):
        def look(self, stopped: Callable[[], bool]) -> dict[str, Sample]:
            """The signal comes in the middle."""
            stop.set()
            return super().look(stopped) if not stopped() else {}

    watch(Interrupted(["1"]), Round(30, 60, None), ORIGIN, tmp_path, lambda _: None, None, stop, Still())
    (run,) = read_ledger([tmp_path]).runs
    assert (run.state, list(run.of(Slot))) == (JournalState.COMPLETE, [])


def test_a_round_tells_how_late_the_monitor_itself_was(tmp_path: Path) -> None:
    """
    It woke 2 s too late, and waited 1.5 s for a processor while it looked.
    """
    probes = Starved(["1"])
    probes.clock.oversleeps_s = 2.0
    (run,) = watched(tmp_path, probes, 3)
    assert [slot.late_s for slot in run.of(Slot)] == [3.5, 3.5, 3.5]


def test_a_round_tells_how_long_a_target_on_the_same_machine_waited(tmp_path: Path) -> None:
    """
    It had no processor for four fifths of the time.
    """
    probes = Scripted(["1"])
    probes.target_waited = 80.0
    (run,) = watched(tmp_path, probes, 3)
    assert [slot.target_waited_percent for slot in run.of(Slot)] == [80.0] * 3


def test_a_look_that_takes_long_makes_the_next_one_no_later(tmp_path: Path) -> None:
    """
    A target that hangs holds the monitor up, and that is no lateness of the monitor.
    """
    (run,) = watched(tmp_path, Scripted(["1"], slow_first_s=40.0), 4)
    assert [slot.late_s for slot in run.of(Slot)] == [0.0] * 4


class Starved(Scripted):
    """Probes of a machine that has no processor to spare."""

    def look(self, stopped: Callable[[], bool]) -> dict[str, Sample]:
        """One sample, after waiting for a processor."""
        self.clock.kept_s += 1.5
        return super().look(stopped)
