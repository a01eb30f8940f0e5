"""The records of a drill: how an exercise of a procedure went, and what it found before it changed something."""

import msgspec

from rollout.evidence.records.record import Amount, Count, Record


class DrillStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a drill, by *name*, the *seconds* that it took, and those within which it had to be done, if any."""

    name: str
    seconds: Amount
    within_s: Amount | None = None


class Drill(Record, frozen=True, tag="drill"):
    """
    One exercise of a procedure, whether it *passed*, its *steps* in their order, and what was counted.

    *criterion* is the full id of what it shows, or the name of a drill that shows no criterion.
    *listed* is the whole of a list of which the reason tells the beginning; *recovery_s* is how long the steps took that a
    recovery consists of, None where it is about something else. *revision* is that of the schema of the database that was
    exercised, None where none was or none is known.
    """

    criterion: str
    passed: bool
    reason: str
    value: str
    steps: tuple[DrillStep, ...] = ()
    counts: dict[str, Count] = msgspec.field(default_factory=dict)
    listed: tuple[str, ...] = ()
    recovery_s: Amount | None = None
    revision: str | None = None


class DrillErred(Record, frozen=True, tag="drill-erred"):
    """An exercise that could not go on, and why: it says nothing about what it exercises, and what was known stays."""

    criterion: str
    reason: str
    steps: tuple[DrillStep, ...] = ()


class DrillFound(Record, frozen=True, tag="drill-found"):
    """
    What a drill *found* at a *place* before it changed it, or that it was *put_back*; written and read again by `rollout drill`.

    A place that was not put back is put back by the next drill there.
    """

    place: str
    found: dict[str, str] = msgspec.field(default_factory=dict)
    put_back: bool = False
