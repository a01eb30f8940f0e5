"""The monitor keeps its schedule, cuts its journals, and notices a new release."""

import threading
from pathlib import Path
from typing import Any

from rollout.evidence import Origin, State, read_ledger
from rollout.evidence.records import Sample, Slot
from rollout.target.wait import pause
from rollout.watch.monitor import Round, watch

ORIGIN = Origin(producer="watch", phase="phase1", target="t", environment="staging", release="1", plan="p")


class Scripted:
    """Probes that answer from a list of releases; stands where the network would be."""

    def __init__(self, releases: list[str], slow_first_s: float = 0.0) -> None:
        self.releases = releases
        self.slow_s = slow_first_s

    def look(self) -> dict[str, Sample]:
        """One sample; the first one may take its time."""
        pause(self.slow_s)
        self.slow_s = 0.0
        return {"service.available": Sample(value=1, text="200")}

    def release(self) -> str:
        """The next release."""
        return self.releases.pop(0) if len(self.releases) > 1 else self.releases[0]


def watched(folder: Path, probes: Scripted, slots: int, pinned: bool) -> list[Any]:
    """The runs that a short round leaves."""
    watch(probes, Round(0.05, 0.05 * slots, "all"), ORIGIN, folder, lambda _: None, pinned, threading.Event())
    return list(read_ledger([folder]).runs)


def test_every_slot_is_written_at_its_time(tmp_path: Path) -> None:
    """
    Six slots of 50 ms stand in one whole journal, each due 50 ms after the one before.
    """
    (run,) = watched(tmp_path, Scripted(["1"]), 6, pinned=True)
    due = [slot.due for slot in run.of(Slot)]
    assert run.state is State.COMPLETE
    assert [round(at - due[0], 2) for at in due] == [0.0, 0.05, 0.1, 0.15, 0.2, 0.25]


def test_a_late_look_is_skipped_not_squeezed_in(tmp_path: Path) -> None:
    """
    While a look takes three slots, the slots it covers stay empty.
    """
    (run,) = watched(tmp_path, Scripted(["1"], slow_first_s=0.17), 6, pinned=True)
    numbers = [slot.number for slot in run.of(Slot)]
    assert numbers[0] == 0
    assert 1 not in numbers
    assert 2 not in numbers


def test_a_new_release_begins_a_new_journal(tmp_path: Path) -> None:
    """
    When another release answers, what follows is evidence about that one.
    """
    runs = watched(tmp_path, Scripted(["1", "1", "2", "2"]), 4, pinned=False)
    assert [(run.release, len(list(run.of(Slot)))) for run in runs] == [("1", 2), ("2", 2)]


def test_a_stop_keeps_what_was_seen(tmp_path: Path) -> None:
    """
    A monitor that is told to stop seals its journal.
    """
    stop = threading.Event()
    stop.set()
    watch(Scripted(["1"]), Round(0.05, 1, None), ORIGIN, tmp_path, lambda _: None, True, stop)
    (run,) = read_ledger([tmp_path]).runs
    assert run.state is State.COMPLETE
