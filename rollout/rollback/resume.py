"""Read what an earlier call of a rollback recorded: its choices, and the state of each step."""

from dataclasses import dataclass
from pathlib import Path

from rollout.evidence import JournalState, Run, read_ledger
from rollout.evidence.records import RollbackBegun, RollbackStep

PRODUCER = "rollback"


@dataclass(frozen=True)
class Earlier:
    """An earlier call: its run id, its record *begun*, and the last state of each step by name."""

    run: str
    begun: RollbackBegun
    states: dict[str, str]


def earlier_in(folder: Path) -> Earlier:
    """The newest call in a *folder* of journals; ValueError where there is none, or it is at work or complete."""
    runs = rollbacks_in(folder)
    newest = next((run for run in reversed(runs) if next(run.of(RollbackBegun), None)), None)
    if newest is None:
        raise ValueError("--resume: no rollback was begun here; leave the option out")
    begun = next(newest.of(RollbackBegun))
    states: dict[str, str] = {record.step: record.state for record in newest.of(RollbackStep)}
    if newest.state is JournalState.COMPLETE and "failed" not in states.values():
        raise ValueError(f"--resume: the last rollback came to its end: {newest.path.name}; leave the option out")
    return Earlier(newest.run_id, begun, states)


def rollbacks_in(folder: Path) -> list[Run]:
    """The rollbacks of a folder, oldest first; ValueError where one of them is at work."""
    every = read_ledger([folder]).runs if folder.is_dir() else ()
    mine = [run for run in every if run.producer == PRODUCER and run.trusted]
    if at_work := next((run for run in mine if run.state is JournalState.OPEN), None):
        raise ValueError(f"another rollback is at work here: {at_work.path.name}; wait for it or end it")
    return mine
