"""The records of a game day: the commitment, the alarms, the decision, and what was hidden."""

from typing import Annotated, Literal

import msgspec

from rollout.evidence.records.record import Amount, Count, Moment, Record


class GamedayCommitted(Record, frozen=True, tag="gameday-committed"):
    """
    A round of a game day begins: the *commitment* (SHA-256 in hexadecimal) to what is hidden, written before the rest.

    One of the *candidates* (their number) is hidden, or nothing. The round takes *for_s* seconds at most. The person
    *by* name may decide; without a name the watch decides alone.
    """

    commitment: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    candidates: Count
    for_s: Amount
    by: str = ""


class GamedayAlarm(Record, frozen=True, tag="gameday-alarm"):
    """The judge finds a *criterion*, by full id, BROKEN or TRIGGERED for the first time in a round, and why."""

    criterion: str
    verdict: Literal["BROKEN", "TRIGGERED"]
    reason: str


class GamedayDecided(Record, frozen=True, tag="gameday-decided"):
    """The decision to roll back: *by* is the name of a person, empty where the watch decided alone."""

    by: str = ""


class GamedayOpened(Record, frozen=True, tag="gameday-opened"):
    """
    The end of a round: the hidden *fault*, empty where there was none, with all that the commitment is made of.

    *injected* is when the fault was switched on, *rolled_back* when users had left the new backend; None where that
    did not happen, and *not_rolled_back* why. Of *requests* by users at work *failed* ones failed; of what they had
    *written* so many were *lost* or altered in the end, None where that could not be read. *trouble* is what went
    wrong in the round itself.
    """

    fault: str
    after_s: Amount
    salt: str
    injected: Moment | None = None
    rolled_back: Moment | None = None
    not_rolled_back: str = ""
    requests: Count = 0
    failed: Count = 0
    written: Count = 0
    lost: Count | None = None
    trouble: str = ""
