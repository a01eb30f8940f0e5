"""The records of `rollout attest`: statements of people, with their names."""

import msgspec

from rollout.evidence.records.record import Answers, Moment, Record


class Attestation(Record, frozen=True, tag="attestation"):
    """
    The statement of a person about a criterion; *answers* and *satisfied* count the forms of a feedback import.

    With *demo* no person made it: it stands in for people where a phase is rehearsed on the stand-in.
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
    """
    A person's permission to go on with a *phase* against its decision, *until* a moment in seconds since the epoch.
    """

    phase: str
    by: str
    why: str
    until: Moment


class PlanChange(Record, frozen=True, tag="plan-change"):
    """
    A person accepts that a *phase* is judged by the rules of the hash *meaning*, though its evidence is older.

    *checks* are those that are no longer in the source and need not pass any more, by full criterion id.
    """

    phase: str
    by: str
    role: str
    statement: str
    meaning: str
    checks: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Clear(Record, frozen=True, tag="clear"):
    """A person clears the trigger of a *criterion*: evidence from before no longer calls for a rollback."""

    criterion: str
    by: str
    role: str
    statement: str


class Revoke(Record, frozen=True, tag="revoke"):
    """A person revokes a statement: that of the run id *of*, or with `override` every override of the phase so far."""

    of: str
    by: str
    role: str
    statement: str
