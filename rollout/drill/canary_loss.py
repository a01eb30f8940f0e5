"""What a copy of a database lost of the writes and deletes that were acknowledged: the recovery point in rows and seconds."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class CanaryOperation:
    """
    One acknowledged operation by its *number*: it wrote a *row*, or *deletes* it, *at* a second of the monotonic clock.
    """

    number: int
    row: int
    deletes: bool
    at: float


@dataclass(frozen=True)
class Found:
    """The canaries in a copy: the numbers of *operations*, of *rows*, and of the rows that its *parts* belong to."""

    operations: frozenset[int]
    rows: frozenset[int]
    parts: frozenset[int]


@dataclass(frozen=True)
class Loss:
    """
    What would be lost, and what would reappear, if a copy replaced its original.

    *last* and *survived* are the numbers of the last acknowledged operation and of the last one in the copy; *holes*
    is the number of earlier ones that it lacks. *lost* counts rows, *resurrected* rows that were deleted, *orphans*
    parts without their row; *seconds* lie between the two operations.
    """

    last: int
    survived: int
    holes: int
    lost: int
    resurrected: int
    orphans: int
    seconds: float

    @property
    def counts(self) -> dict[str, int]:
        """Name → number, for the record of a drill."""
        return {
            "canary_operations_count": self.last,
            "canary_survived_number": self.survived,
            "lost_rows": self.lost,
            "resurrected_rows": self.resurrected,
            "orphan_rows": self.orphans,
            "lost_ms": round(self.seconds * 1000),
        }

    @property
    def torn(self) -> bool:
        """Whether the copy mixes several moments."""
        return bool(self.holes or self.orphans)

    def __str__(self) -> str:
        return (
            f"of {self.last:,} numbered writes and deletes number {self.survived:,} was the last to survive:"
            f" {self.seconds:.1f} s, {self.lost:,} rows lost, {self.resurrected:,} resurrected, {self.orphans:,} orphans"
        )


def loss_of(done: Sequence[CanaryOperation], copy: Found) -> Loss:
    """What a *copy* lost of what was *done*."""
    survived = max(copy.operations, default=0)
    written = {each.row for each in done if not each.deletes}
    deleted = {each.row for each in done if each.deletes}
    ends = {each.number: each.at for each in done}
    begin = done[0].at if done else 0.0
    return Loss(
        last=len(done),
        survived=survived,
        holes=sum(1 for each in done if each.number < survived and each.number not in copy.operations),
        lost=len(written - deleted - copy.rows),
        resurrected=len(deleted & copy.rows),
        orphans=len(copy.parts - copy.rows),
        seconds=max(0.0, done[-1].at - ends.get(survived, begin)) if done else 0.0,
    )
