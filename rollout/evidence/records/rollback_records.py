"""The records of `rollout rollback`: how far a procedure has been carried out."""

from typing import Literal

from rollout.evidence.records.record import Amount, Count, Record


class RollbackBegun(Record, frozen=True, tag="rollback-begun"):
    """
    A *procedure* begins to be carried out, written and read again by `rollout rollback`.

    *included* are the steps with a condition that were asked for, *percent* the share of users to go down to,
    *revision* and *template* the state that an undo restores. *database* is the new one that the *backup* of that
    *sha256* is restored into, known by its *mark*; empty where nothing is restored. *resumes* is the run id of the
    rollback that this one continues.
    """

    procedure: str
    included: tuple[str, ...] = ()
    percent: Count = 0
    revision: Count | None = None
    template: str | None = None
    database: str = ""
    backup: str = ""
    sha256: str = ""
    mark: str = ""
    resumes: str = ""


class RollbackStep(Record, frozen=True, tag="rollback-step"):
    """
    One *step* of a procedure by name: its *command*, empty where people do it, and how far it has come.

    `begun` is written before anything is sent. `held` and `failed` are the result of its check afterwards. `told` is a
    step left to people, `left-out` one whose condition was not confirmed. *said* is what was seen.
    """

    step: str
    state: Literal["begun", "held", "failed", "told", "left-out"]
    command: tuple[str, ...] = ()
    said: str = ""
    seconds: Amount = 0.0
