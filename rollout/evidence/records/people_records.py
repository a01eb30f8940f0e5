"""The records of `rollout attest`: what people said, with their names."""

import msgspec

from rollout.evidence.records.record import Answers, Moment, Record


class Attestation(Record, frozen=True, tag="attestation"):
    """
    What a person said about a criterion; *answers* and *satisfied* count the forms of a feedback import.

    With *demo* nobody said it: it stands in for people where a phase is rehearsed on the stand-in.
    """

    criterion: str
    by: str
    role: str
    statement: str
    accepted: bool
    answers: Answers | None = None
    satisfied: Answers | None = None
    demo: bool = False


class Override(Record, frozen=True, tag="override"):
    """Somebody's word to go on with a *phase* all the same, *until* a moment in seconds since the epoch."""

    phase: str
    by: str
    why: str
    until: Moment


class PlanChange(Record, frozen=True, tag="plan-change"):
    """
    A person accepts that a *phase* is judged by the rules of the hash *meaning*, though evidence is older than they.

    *checks* are those that are no longer in the source and need not pass any more, by full criterion id.
    """

    phase: str
    by: str
    role: str
    statement: str
    meaning: str
    checks: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Clear(Record, frozen=True, tag="clear"):
    """A person clears the trigger of a *criterion*: what was seen before no longer calls for a rollback."""

    criterion: str
    by: str
    role: str
    statement: str


class Revoke(Record, frozen=True, tag="revoke"):
    """A person takes a word back: that of the run id *of*, or with `override` every override of the phase so far."""

    of: str
    by: str
    role: str
    statement: str
