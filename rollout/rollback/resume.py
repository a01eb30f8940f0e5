"""Read what an earlier call of a rollback recorded: its choices, and the state of each step."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rollout.evidence import JournalState, Run, read_ledger
from rollout.evidence.records import RollbackBegun, RollbackStep

PRODUCER = "rollback"


@dataclass(frozen=True)
class Earlier:
    """An earlier call: its run id, its record *begun*, and the names of steps whose command was *sent* and did not hold."""

    run: str
    begun: RollbackBegun
    sent: frozenset[str]


def earlier_in(folder: Path) -> Earlier:
    """The newest call in a *folder* of journals; ValueError where there is none, or it is at work or complete."""
    every = journals_in(folder)
    runs = usable(every)
    newest = next((run for run in reversed(runs) if next(run.of(RollbackBegun), None)), None)
    if newest is None:
        raise ValueError("--resume: no rollback was begun here; leave the option out")
    refuse_damaged(every, newest)
    begun = next(newest.of(RollbackBegun))
    states: dict[str, str] = {record.step: record.state for record in newest.of(RollbackStep)}
    if newest.state is JournalState.COMPLETE and "failed" not in states.values():
        raise ValueError(f"--resume: the last rollback came to its end: {newest.path.name}; leave the option out")
    return Earlier(newest.run_id, begun, sent_in(runs, newest, begun))


def refuse_damaged(every: Sequence[Run], newest: Run) -> None:
    """ValueError for a damaged journal of a later rollback than *newest*, the one to go on with."""
    later = (run for run in every if f"-{PRODUCER}-" in run.path.name and not run.trusted)
    if damaged := next((run for run in later if run.path.name > newest.path.name), None):
        raise ValueError(
            f"--resume: {damaged.path.name} is damaged, so nobody knows what that rollback sent; look at the cluster,"
            " move the file away, and begin anew without the option"
        )


def sent_in(runs: list[Run], newest: Run, begun: RollbackBegun) -> frozenset[str]:
    """The steps that *newest*, or a call that it resumes, began and none of them held."""
    chain, resumes = [newest], begun.resumes
    for run in reversed(runs[: runs.index(newest)]):
        if run.run_id == resumes:
            chain.append(run)
            resumes = next((record.resumes for record in run.of(RollbackBegun)), "")
    every = [record for run in chain for record in run.of(RollbackStep)]
    held = {record.step for record in every if record.state == "held"}
    return frozenset(record.step for record in every if record.state == "begun") - held


def rollbacks_in(folder: Path) -> list[Run]:
    """The rollbacks of a folder, oldest first; ValueError where one of them is at work."""
    return usable(journals_in(folder))


def journals_in(folder: Path) -> Sequence[Run]:
    """Every journal of a folder, oldest first, damaged ones included."""
    return read_ledger([folder]).runs if folder.is_dir() else ()


def usable(every: Sequence[Run]) -> list[Run]:
    """The rollbacks among *every* journal that can be trusted; ValueError where one of them is at work."""
    mine = [run for run in every if run.producer == PRODUCER and run.trusted]
    if at_work := next((run for run in mine if run.state is JournalState.OPEN), None):
        raise ValueError(f"another rollback is at work here: {at_work.path.name}; wait for it or end it")
    return mine
