"""A run during which another release was deployed: it is unknown which of both it measured, so it proves nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from msgspec import structs

from rollout.evidence import JournalState, Run
from rollout.evidence.records import RunFinished, StageFinished

GATE = "gate"


def each_of_one_release(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The *runs* of a ledger, each as `of_one_release` leaves it, with the releases that their gates saw."""
    seen = seen_by_gates(runs)
    return tuple(of_one_release(ended_with(run, seen.get((run.path.stem, run.started.parent), ""))) for run in runs)


def seen_by_gates(runs: Iterable[Run]) -> dict[tuple[str, str | None], str]:
    """(journal, run id of its gate) → another release that answered when its stage ended."""
    gates = [run for run in runs if run.trusted and run.producer == GATE]
    ended = [(gate, stage) for gate in gates for stage in gate.of(StageFinished) if stage.other]
    return {(stem, gate.run_id): stage.other for gate, stage in ended for stem in stage.journals}


def ended_with(run: Run, other: str) -> Run:
    """
    The run with *other* as the release that answered when it ended; unchanged if *other* is empty or it has no end.
    """
    last = run.records[-1] if run.records else None
    if not other or not isinstance(last, RunFinished):
        return run
    return replace(run, records=(*run.records[:-1], structs.replace(last, other=other)))


def of_one_release(run: Run) -> Run:
    """The run; as cut short if another release answered when it ended: it can break a criterion and proves nothing."""
    if run.state is not JournalState.COMPLETE or not run.other_release:
        return run
    return replace(run, state=JournalState.TORN, complaint=f"{run.path.name}: {words(run)}")


def words(run: Run) -> str:
    """Why a run during which another release was deployed is no evidence."""
    return f"another release, {run.other_release}, answered when it ended: it is evidence of no one release"
