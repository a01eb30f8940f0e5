"""The writes of users at work that are gone, while they work and in the end."""

from dataclasses import dataclass, field

from rollout.at_work import WorkingUsers, WorkSoFar
from rollout.evidence import Journal
from rollout.evidence.records import Canary


@dataclass
class Losses:
    """
    Lost and altered writes of users at work, as the records by which `no data loss` is judged.

    The *journal* is that of a load run without other counts; a loss is written once.
    """

    journal: Journal
    users: WorkingUsers
    told: set[str] = field(default_factory=set)

    def write(self) -> None:
        """Write the new losses."""
        work = self.users.so_far()
        missing, altered = (tuple(sorted({*some} - self.told)) for some in (work.missing, work.altered))
        if missing or altered:
            self.told |= {*missing, *altered}
            self.journal.append(Canary(written=work.written, verified=work.written, missing=missing, altered=altered))


def looked_at(users: WorkingUsers) -> tuple[WorkSoFar, bool]:
    """The final state of the writes of users, and whether it could not be read; then the state so far."""
    try:
        return users.in_the_end(), False
    except AssertionError:
        return users.so_far(), True
