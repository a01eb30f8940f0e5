"""
What a drill finds before it changes something, kept in its journals, so that the drill after a killed one restores it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from rollout.drill.outcome import CannotTell
from rollout.evidence import JournalState, Record, Run, read_ledger
from rollout.evidence.records import DrillFound

PRODUCER = "drill"
Found = Mapping[str, str]


class FoundRecorder(Protocol):
    """What records a find: a journal."""

    def append(self, record: Record) -> None:
        """Write one record."""


@dataclass(frozen=True)
class EarlierDrills:
    """
    Earlier drills: *left* maps each place that was not put back to what was found there; *at_work* to open journals.

    *damaged* is a journal that cannot be read, of a drill after the last one that found something; empty without one.
    """

    left: Mapping[str, Found] = field(default_factory=dict)
    at_work: Mapping[str, str] = field(default_factory=dict)
    damaged: str = ""


NOTHING = EarlierDrills()


class FoundBefore:
    """
    What one drill finds, written to its *journals* before anything is changed.

    *earlier* is what the drills before it left.
    """

    def __init__(self, journals: Sequence[FoundRecorder] = (), earlier: EarlierDrills = NOTHING) -> None:
        self.journals = journals
        self.earlier = earlier

    def left_at(self, place: str) -> Found | None:
        """
        What a killed drill found at a *place* and did not put back.

        CannotTell where another drill is at work there, or where the journal of one is damaged.
        """
        if place in self.earlier.at_work:
            raise CannotTell(f"another drill is at work here, {self.earlier.at_work[place]}: wait for it or end it")
        if self.earlier.damaged:
            raise CannotTell(
                f"{self.earlier.damaged} is damaged, so nobody knows what that drill left here: look whether all is as it"
                " should be, move the file away, and begin anew"
            )
        return self.earlier.left.get(place)

    def keep(self, place: str, found: Found) -> None:
        """Record what was found at a *place* before it is changed."""
        for journal in self.journals:
            journal.append(DrillFound(place=place, found=dict(found)))

    def is_put_back(self, place: str) -> None:
        """Record that a *place* is again as it was found."""
        for journal in self.journals:
            journal.append(DrillFound(place=place, put_back=True))


def earlier_drills(folders: Iterable[Path]) -> EarlierDrills:
    """What the drills in some *folders* of journals found and did not put back."""
    there = [folder for folder in folders if folder.is_dir()]
    runs = read_ledger(there).runs if there else ()
    found: dict[str, Found] = {}
    at_work: dict[str, str] = {}
    for run in runs:
        for record in finds_of(run):
            found.pop(record.place, None)
            if run.state is JournalState.OPEN:
                at_work[record.place] = run.path.name
            elif not record.put_back:
                found[record.place] = record.found
    last = max((run.path.name for run in runs if finds_of(run)), default="")
    names = (run.path.name for run in runs if not run.trusted and f"-{PRODUCER}-" in run.path.name)
    return EarlierDrills(found, at_work, max((name for name in names if name > last), default=""))


def finds_of(run: Run) -> list[DrillFound]:
    """What a drill found and put back, in order; nothing of a journal that cannot be trusted, or of another producer."""
    return list(run.of(DrillFound)) if run.producer == PRODUCER and run.trusted else []
