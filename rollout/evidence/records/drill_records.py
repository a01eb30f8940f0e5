"""The records of a drill: the result of an exercise, and what the drill found before it changed something."""

import msgspec

from rollout.evidence.records.record import Amount, Count, Record


class DrillStep(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of a drill by *name*: the *seconds* it took, and the seconds it was allowed (*within_s*), if limited."""

    name: str
    seconds: Amount
    within_s: Amount | None = None


class Drill(Record, frozen=True, tag="drill"):
    """
    One exercise of a procedure, whether it *passed*, its *steps* in their order, and what was counted.

    *criterion* is the full id of what it shows, or the name of a drill that shows no criterion. *listed* is the
    complete list where the reason shows only its beginning. *recovery_s* is the time of the steps that make up a
    recovery, None for a drill without one. *revision* is that of the schema of the exercised database, None where none
    is known.
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
    """An exercise that could not go on, and why: it is no evidence, and the result of the exercise before it stays."""

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
