"""The records of a game day: what was committed to, what broke, who decided, and what was opened."""

from typing import Annotated, Literal

import msgspec

from rollout.evidence.records.record import Amount, Count, Moment, Record


class GamedayCommitted(Record, frozen=True, tag="gameday-committed"):
    """
    A round of a game day begins: the *commitment* (SHA-256 in hexadecimal) to what is hidden, written before anything happens.

    One of so many *candidates* is hidden, or nothing. The round takes *for_s* seconds at most; a person *by* name may decide, without one the
    watch decides alone.
    """

    commitment: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    candidates: Count
    for_s: Amount
    by: str = ""


class GamedayAlarm(Record, frozen=True, tag="gameday-alarm"):
    """The judge says of a *criterion*, by full id, for the first time in a round that it does not hold, and why."""

    criterion: str
    verdict: Literal["BROKEN", "TRIGGERED"]
    reason: str


class GamedayDecided(Record, frozen=True, tag="gameday-decided"):
    """Somebody decided to roll back: the person *by* name, empty where the watch decided alone."""

    by: str = ""


class GamedayOpened(Record, frozen=True, tag="gameday-opened"):
    """
    A round is opened: the hidden *fault*, empty where there was none, with all that the commitment is made of.

    *injected* is when the fault was switched on, *rolled_back* when users had left the new backend; None where that did not
    happen, and *not_rolled_back* why. *requests* of users at work *failed*; of what they had *written* so many were *lost* or
    altered in the end, None where nobody could look. *trouble* says what went wrong in the round itself.
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
