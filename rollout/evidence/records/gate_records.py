"""The records of a gate: how its stages ended."""

from rollout.evidence.records.record import Record


class StageFinished(Record, frozen=True, tag="stage-finished"):
    """
    One stage of a gate: its exit code, its length, and the tail hash of each journal it left.

    *worked* is whether it ran to its own end and left evidence, None in older journals. *other* is another release
    than at the beginning that answered when the stage ended: it is unknown which of both it measured.
    """

    stage: str
    exit: int
    seconds: float
    journals: dict[str, str]
    worked: bool | None = None
    other: str = ""


class StageLeftOut(Record, frozen=True, tag="stage-left-out"):
    """A stage that did not run, because the target does not allow the actions *lacking*."""

    stage: str
    lacking: tuple[str, ...]


class StoppedEarly(Record, frozen=True, tag="stopped-early"):
    """The gate left stages out, because its *outcome* was certain *after* one."""

    after: str
    outcome: str
    left_out: tuple[str, ...]
